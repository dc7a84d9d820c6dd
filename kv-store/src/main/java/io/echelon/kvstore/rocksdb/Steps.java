package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.Versionstamp;
import io.echelon.tenants.ErrorCode;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * What the steps of moves do in a batch. A step of an attempt is refused where a later one has
 * taken a step, so that whoever stood still in the middle of a move does no harm when it goes on.
 * For one thread.
 */
final class Steps {
    private final Engine engine;
    private final long number;
    private final long stamp;
    private final Map<String, Standings.Stand> changed = new HashMap<>();
    private final Set<String> cleared = new HashSet<>();
    private final List<Received> received = new ArrayList<>();
    private long ahead;
    private boolean isEmpty = true;

    /** A row, or that there is none. */
    private record Received(String database, Family family, byte[] key, byte @Nullable [] value) {}

    /** A step that is not possible. */
    private static final class RefusedException extends Exception {
        private static final long serialVersionUID = 1L;

        RefusedException(String message) {
            super(message);
        }
    }

    /**
     * @param number that of the batch
     */
    Steps(Engine engine, long number) {
        this.engine = engine;
        this.number = number;
        this.ahead = engine.standings().ahead();
        this.stamp = number + ahead;
    }

    /** Whether a database may be changed in this batch; one that has just begun, from the next. */
    boolean isHere(String database) {
        if (changed.isEmpty() && engine.standings().areAllHere()) {
            return true;
        }
        return stand(database).standing() == Standing.HERE && stoodSo(database);
    }

    /** Whether a database is on its way to this shard. */
    boolean isArriving(String database) {
        return stand(database).standing() == Standing.ARRIVING;
    }

    private Standings.Stand stand(String database) {
        Standings.Stand here = changed.get(database);
        return here != null ? here : engine.standings().of(database);
    }

    /** The number with which the batch's versionstamps begin. */
    long stamp() {
        return stamp;
    }

    Decision decide(Command.Step step) {
        isEmpty = false;
        try {
            Standings.Stand present = stand(step.database());
            if (present.isAfter(step.move())) {
                throw new RefusedException("is being moved by somebody who began later");
            }
            Standings.Stand next =
                    switch (step) {
                        case Command.Depart _ -> depart(present, step.move());
                        case Command.Remain _ -> remain(present, step.move());
                        case Command.Leave _ -> leave(present, step.move());
                        case Command.Arrive _ -> arrive(present, step);
                        case Command.Receive receive -> receive(present, receive);
                        case Command.Begin begin -> begin(present, begin);
                        case Command.Clear _ -> clear(present, step);
                    };
            if (!next.equals(present)) {
                changed.put(step.database(), next);
            }
            return new Decision.Stands(next.standing(), stamp());
        } catch (RefusedException e) {
            return new Decision.Refused(
                    ErrorCode.CONFLICT,
                    "The database \"%s\" %s".formatted(step.database(), e.getMessage()));
        }
    }

    private static Standings.Stand depart(Standings.Stand present, Versionstamp move)
            throws RefusedException {
        return switch (present.standing()) {
            case HERE, LEAVING -> new Standings.Stand(Standing.LEAVING, move);
            case ELSEWHERE -> new Standings.Stand(Standing.ELSEWHERE, move);
            case ARRIVING -> throw new RefusedException("is on its way to this shard");
        };
    }

    private static Standings.Stand remain(Standings.Stand present, Versionstamp move)
            throws RefusedException {
        return switch (present.standing()) {
            case LEAVING, ELSEWHERE -> new Standings.Stand(Standing.HERE, move);
            case HERE -> present;
            case ARRIVING -> throw new RefusedException("is on its way to this shard");
        };
    }

    private static Standings.Stand leave(Standings.Stand present, Versionstamp move)
            throws RefusedException {
        requireOf(present, move);
        return switch (present.standing()) {
            case LEAVING, ELSEWHERE -> new Standings.Stand(Standing.ELSEWHERE, move);
            case HERE, ARRIVING -> throw new RefusedException("is not about to leave this shard");
        };
    }

    private Standings.Stand arrive(Standings.Stand present, Command.Step step)
            throws RefusedException {
        return switch (present.standing()) {
            case HERE -> present;
            case LEAVING -> throw new RefusedException("is leaving this shard");
            case ELSEWHERE, ARRIVING -> {
                forget(step.database());
                yield new Standings.Stand(Standing.ARRIVING, step.move());
            }
        };
    }

    private Standings.Stand receive(Standings.Stand present, Command.Receive receive)
            throws RefusedException {
        requireArriving(present, receive);
        requireStoodSo(receive.database());
        requireFirst(receive.database());
        byte[] prefix = RowKey.prefix(receive.database());
        Family family = receive.messages() ? Family.QUEUE : Family.ROWS;
        List<Received> rows = new ArrayList<>();
        try {
            ByteBuffer in = ByteBuffer.wrap(receive.rows());
            while (in.hasRemaining()) {
                byte[] key = bytes(in, in.getInt());
                int length = in.getInt();
                byte[] value = length == PinnedRows.NO_VALUE ? null : bytes(in, length);
                if (!RowKey.isBelow(prefix, key)) {
                    throw new RefusedException("is given rows of another");
                }
                rows.add(new Received(receive.database(), family, key, value));
            }
        } catch (BufferUnderflowException e) {
            throw new RefusedException("is given rows that cannot be read");
        }
        received.addAll(rows);
        return present;
    }

    private static byte[] bytes(ByteBuffer in, int length) {
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private Standings.Stand begin(Standings.Stand present, Command.Begin begin)
            throws RefusedException {
        if (present.standing() == Standing.HERE && present.isOf(begin.move())) {
            return present;
        }
        requireArriving(present, begin);
        ahead = Math.max(ahead, begin.after() + 1 - number);
        return new Standings.Stand(Standing.HERE, begin.move());
    }

    private Standings.Stand clear(Standings.Stand present, Command.Step step)
            throws RefusedException {
        if (present.standing() != Standing.ELSEWHERE) {
            throw new RefusedException("lies in this shard");
        }
        forget(step.database());
        return new Standings.Stand(Standing.ELSEWHERE, step.move());
    }

    /** Removes what there is of a database that could not be changed in this batch. */
    private void forget(String database) throws RefusedException {
        requireStoodSo(database);
        received.removeIf(row -> row.database().equals(database));
        cleared.add(database);
    }

    private static void requireArriving(Standings.Stand present, Command.Step step)
            throws RefusedException {
        if (present.standing() != Standing.ARRIVING) {
            throw new RefusedException("is not on its way to this shard");
        }
        requireOf(present, step.move());
    }

    private static void requireOf(Standings.Stand present, Versionstamp move)
            throws RefusedException {
        if (!present.isOf(move)) {
            throw new RefusedException("is being moved by somebody else");
        }
    }

    /** Whether it stands since before this batch as it stands now. */
    private void requireStoodSo(String database) throws RefusedException {
        if (!stoodSo(database)) {
            throw new RefusedException("was taken this step too early");
        }
    }

    /** What a row held is looked up where it is written before the batch. */
    private void requireFirst(String database) throws RefusedException {
        if (cleared.contains(database)
                || received.stream().anyMatch(row -> row.database().equals(database))) {
            throw new RefusedException("was taken this step too early");
        }
    }

    private boolean stoodSo(String database) {
        return engine.standings().of(database).standing() == stand(database).standing();
    }

    /** Writes everything but sizes, which it adds to the batch's. */
    void fill(WriteBatch batch, Tally tally) throws RocksDBException {
        for (String database : cleared) {
            byte[] from = RowKey.prefix(database);
            byte[] to = RowKey.behindAll(from);
            engine.deleteRange(batch, Family.ROWS, from, to);
            engine.deleteRange(batch, Family.QUEUE, from, to);
        }
        for (Received row : received) {
            put(batch, row, tally);
        }
        if (!changed.isEmpty()) {
            Standings.put(engine, batch, changed, ahead);
        }
    }

    private void put(WriteBatch batch, Received row, Tally tally) throws RocksDBException {
        int before = engine.valueBytes(row.family(), row.key());
        if (before != Engine.ABSENT) {
            tally.remove(row.family(), row.key(), before);
        }
        byte[] value = row.value();
        if (value == null) {
            engine.delete(batch, row.family(), row.key());
            return;
        }
        tally.add(row.family(), row.key(), value.length);
        PinnedRows.put(engine, batch, row.family(), row.key(), value);
    }

    /** Databases of which nothing is left. */
    Set<String> cleared() {
        return cleared;
    }

    boolean isEmpty() {
        return isEmpty;
    }

    /** Says that all is written: nothing that was known of rows before holds any more. */
    void written() {
        if (isEmpty) {
            return;
        }
        engine.forgetRows();
        engine.standings().written(changed, ahead);
    }
}
