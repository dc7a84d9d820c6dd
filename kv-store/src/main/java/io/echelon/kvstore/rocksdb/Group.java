package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Check;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.Enqueue;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.KvArithmetic;
import io.echelon.kvstore.KvLimits;
import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.Mutation;
import io.echelon.kvstore.Order;
import io.echelon.kvstore.QueueSettlement;
import io.echelon.kvstore.Versionstamp;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/**
 * What a batch does to the state. Each command is decided in turn on what the database holds and
 * the earlier ones of the batch changed; a commit that is refused half way leaves no trace. For one
 * thread, the one that writes.
 */
final class Group {
    private static final byte[] NOTHING = {};

    /** By how much a sender's clock may be ahead of the one that times commits. */
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);

    private final Engine engine;
    private final long timeMs;
    private final long number;
    private final List<Decision> decisions = new ArrayList<>();
    private final Map<RowKey, Optional<Row>> rows = new HashMap<>();

    /** Sizes of values that rows had before the batch; {@link Engine#ABSENT} of new ones. */
    private final Map<RowKey, Integer> before = new HashMap<>();

    private final List<IndexChange> indexChanges = new ArrayList<>();
    private final QueueChanges queues;
    private final Steps steps;
    private Map<String, Size> sizes = Map.of();
    private int commits;

    private record IndexChange(byte[] key, boolean present) {}

    private Group(Engine engine, Batch batch) {
        this.engine = engine;
        this.timeMs = batch.timeMs();
        this.number = batch.number();
        this.steps = new Steps(engine, number);
        this.queues = new QueueChanges(engine, timeMs, steps.stamp());
    }

    /** Decides a batch; nothing is written before {@link #fill}. */
    static Group of(Engine engine, Batch batch) {
        Group group = new Group(engine, batch);
        for (Command command : batch.commands()) {
            group.decisions.add(group.decide(command));
        }
        return group;
    }

    /** A decision for each command of the batch, in its order. */
    List<Decision> decisions() {
        return decisions;
    }

    private Decision decide(Command command) {
        return switch (command) {
            case Command.Sweep(int limit) -> new Decision.Swept(sweep(limit));
            case Command.Queue change ->
                    steps.isHere(change.database()) ? decide(change) : new Decision.Away();
            case Command.Step step -> {
                commits++;
                yield steps.decide(step);
            }
            case Command.Commit(String database, AtomicWrite write) -> {
                if (!steps.isHere(database)) {
                    yield new Decision.Away();
                }
                try {
                    yield new Decision.Made(commit(RowKey.prefix(database), write));
                } catch (EchelonException e) {
                    if (e.code().category() != ErrorCode.Category.CALLER) {
                        throw e;
                    }
                    yield new Decision.Refused(e.code(), e.reason());
                }
            }
        };
    }

    private Decision decide(Command.Queue change) {
        byte[] prefix = RowKey.prefix(change.database());
        Decision decision =
                switch (change) {
                    case Command.Claim(_, int limit, long leaseMs) ->
                            new Decision.Claimed(
                                    queues.claim(prefix, limit, leaseMs, this::writeUndelivered));
                    case Command.Settle(_, List<QueueSettlement> settlements) ->
                            new Decision.Settled(
                                    queues.settle(prefix, settlements, this::writeUndelivered));
                    case Command.Redrive _ -> new Decision.Moved(queues.redrive(prefix));
                    case Command.Purge(_, KvQueue.Part part) ->
                            new Decision.Moved(queues.purge(prefix, part));
                };
        commits++;
        return decision;
    }

    /** Writes the payload of a message that is given up under its keys. */
    private void writeUndelivered(byte[] prefix, QueueRow message) {
        Row row =
                new Row(
                        new Versionstamp(steps.stamp(), commits),
                        Row.NO_EXPIRY,
                        new KvValue.V8(message.payload()));
        for (byte[] key : message.undelivered()) {
            rows.put(new RowKey(RowKey.bytes(prefix, key)), Optional.of(row));
        }
    }

    private CommitResult commit(byte[] prefix, AtomicWrite write) {
        List<Integer> failed = failedChecks(prefix, write.checks());
        if (!failed.isEmpty()) {
            return new CommitResult.Conflict(failed);
        }
        write.enqueues().forEach(this::checkDelay);
        Versionstamp versionstamp = new Versionstamp(steps.stamp(), commits);
        Pending pending = new Pending(versionstamp);
        for (Mutation mutation : write.mutations()) {
            pending.apply(prefix, mutation);
        }
        for (int i = 0; i < write.enqueues().size(); i++) {
            queues.enqueue(prefix, versionstamp, i, write.enqueues().get(i));
        }
        rows.putAll(pending.changed);
        indexChanges.addAll(pending.index);
        commits++;
        return new CommitResult.Committed(versionstamp);
    }

    private int sweep(int limit) {
        byte[] end = ByteBuffer.allocate(Long.BYTES).putLong(timeMs + 1).array();
        List<byte[]> due = new ArrayList<>();
        engine.snapshot(
                snapshot -> {
                    snapshot.scan(
                            Family.EXPIRY,
                            NOTHING,
                            end,
                            Order.FORWARD,
                            (key, _) -> {
                                if (!isArriving(rowKey(key))) {
                                    due.add(key);
                                }
                                return due.size() < limit;
                            });
                    return due;
                });
        for (byte[] indexKey : due) {
            long expiryMs = ByteBuffer.wrap(indexKey).getLong();
            RowKey key = new RowKey(rowKey(indexKey));
            if (row(key).filter(row -> row.expiryMs() == expiryMs).isPresent()) {
                rows.put(key, Optional.empty());
            }
            indexChanges.add(new IndexChange(indexKey, false));
        }
        if (!due.isEmpty()) {
            commits++;
        }
        return due.size();
    }

    private static byte[] rowKey(byte[] indexKey) {
        return Arrays.copyOfRange(indexKey, Long.BYTES, indexKey.length);
    }

    /**
     * What is on its way here may be received once more, in this batch too, and not be due then.
     */
    private boolean isArriving(byte[] rowKey) {
        return !engine.standings().areAllHere() && steps.isArriving(RowKey.database(rowKey));
    }

    /** Whether there is nothing to write. */
    boolean isEmpty() {
        return commits == 0;
    }

    /** The number with which its versionstamps begin. */
    long stamp() {
        return steps.stamp();
    }

    Set<RowKey> changedKeys() {
        return rows.keySet();
    }

    /** Whether databases stand otherwise than before it. */
    boolean hasSteps() {
        return !steps.isEmpty();
    }

    /** Says that all is written; the databases whose messages changed, by their prefixes. */
    Set<RowKey> written() {
        steps.written();
        engine.sizes().written(sizes);
        rows.forEach(
                (key, row) ->
                        engine.writtenSizes()
                                .written(key, row.map(Row::sizeBytes).orElse(Engine.ABSENT)));
        queues.readable();
        return queues.databases();
    }

    void fill(WriteBatch batch) throws RocksDBException {
        Tally tally = new Tally();
        steps.fill(batch, tally);
        for (Map.Entry<RowKey, Optional<Row>> change : rows.entrySet()) {
            byte[] key = change.getKey().bytes();
            int valueBytes = bytesBefore(change.getKey());
            if (valueBytes != Engine.ABSENT) {
                tally.remove(Family.ROWS, key, valueBytes);
            }
            if (change.getValue().isPresent()) {
                byte[] value = change.getValue().get().encoded();
                tally.add(Family.ROWS, key, value.length);
                engine.put(batch, Family.ROWS, key, value);
            } else {
                engine.delete(batch, Family.ROWS, key);
            }
        }
        for (IndexChange change : indexChanges) {
            if (change.present()) {
                engine.put(batch, Family.EXPIRY, change.key(), NOTHING);
            } else {
                engine.delete(batch, Family.EXPIRY, change.key());
            }
        }
        queues.fill(batch, tally);
        sizes = engine.sizes().after(tally.sizes());
        steps.cleared().forEach(database -> sizes.put(database, Size.NOTHING));
        Sizes.put(engine, batch, sizes, number);
        engine.putLastGroup(batch, number);
    }

    private void checkDelay(Enqueue message) {
        Duration delay = Duration.between(Instant.ofEpochMilli(timeMs), message.due());
        Duration most = Duration.ofDays(KvLimits.QUEUE_DELAY_MAX_DAYS).plus(CLOCKS_DIFFER);
        if (delay.compareTo(most) > 0) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT,
                    "A message is due in %,d seconds; at most %d days are allowed"
                            .formatted(delay.toSeconds(), KvLimits.QUEUE_DELAY_MAX_DAYS));
        }
    }

    private List<Integer> failedChecks(byte[] prefix, List<Check> checks) {
        List<Integer> failed = new ArrayList<>();
        for (int i = 0; i < checks.size(); i++) {
            Check check = checks.get(i);
            Versionstamp present =
                    row(RowKey.of(prefix, check.key())).map(Row::versionstamp).orElse(null);
            if (!Objects.equals(present, check.versionstamp())) {
                failed.add(i);
            }
        }
        return failed;
    }

    private Optional<Row> row(RowKey key) {
        Optional<Row> changed = rows.get(key);
        if (changed != null) {
            return changed;
        }
        byte[] stored = engine.get(Family.ROWS, key.bytes());
        before.put(key, stored == null ? Engine.ABSENT : stored.length);
        return stored == null ? Optional.empty() : Optional.of(Row.decode(stored));
    }

    private int bytesBefore(RowKey key) {
        Integer known = before.get(key);
        if (known == null) {
            known = engine.writtenSizes().of(key);
        }
        return known != null ? known : engine.valueBytes(Family.ROWS, key.bytes());
    }

    /** The changes of one commit, until all of them are known to be possible. */
    private final class Pending {
        private final Versionstamp versionstamp;
        private final Map<RowKey, Optional<Row>> changed = new HashMap<>();
        private final List<IndexChange> index = new ArrayList<>();

        Pending(Versionstamp versionstamp) {
            this.versionstamp = versionstamp;
        }

        void apply(byte[] prefix, Mutation mutation) {
            RowKey key = RowKey.of(prefix, mutation.key());
            switch (mutation) {
                case Mutation.Set set -> put(key, set.value(), expiryMs(set.expiry()));
                case Mutation.Delete _ -> changed.put(key, Optional.empty());
                case Mutation.Sum sum -> keep(key, KvArithmetic.sum(value(key), sum));
                case Mutation.Min min -> keep(key, KvArithmetic.min(value(key), min));
                case Mutation.Max max -> keep(key, KvArithmetic.max(value(key), max));
                case Mutation.SetVersionstamped set ->
                        put(
                                RowKey.of(prefix, set.prefix().child(versionstamp.hex())),
                                set.value(),
                                expiryMs(set.expiry()));
            }
        }

        private Optional<KvValue> value(RowKey key) {
            return present(key).map(Row::value);
        }

        private Optional<Row> present(RowKey key) {
            Optional<Row> here = changed.get(key);
            return here != null ? here : row(key);
        }

        private void keep(RowKey key, KvValue value) {
            changed.put(key, Optional.of(new Row(versionstamp, Row.NO_EXPIRY, value)));
        }

        /**
         * Writes a value. An index entry of an earlier value is removed only when the new value
         * expires too, which spares all other writes a read; the sweep finds that it is void.
         */
        private void put(RowKey key, KvValue value, long expiryMs) {
            if (expiryMs != Row.NO_EXPIRY) {
                present(key)
                        .filter(row -> row.expiryMs() != Row.NO_EXPIRY)
                        .ifPresent(
                                row ->
                                        index.add(
                                                new IndexChange(
                                                        Row.expiryKey(row.expiryMs(), key),
                                                        false)));
                index.add(new IndexChange(Row.expiryKey(expiryMs, key), true));
            }
            changed.put(key, Optional.of(new Row(versionstamp, expiryMs, value)));
        }

        private long expiryMs(Expiry expiry) {
            try {
                return switch (expiry) {
                    case Expiry.Never _ -> Row.NO_EXPIRY;
                    case Expiry.At(Instant time) -> time.toEpochMilli();
                    case Expiry.In(Duration delay) ->
                            Math.max(0, Math.addExact(timeMs, delay.toMillis()));
                };
            } catch (ArithmeticException e) {
                return Row.NO_EXPIRY;
            }
        }
    }
}
