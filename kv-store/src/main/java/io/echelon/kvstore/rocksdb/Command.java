package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.QueueSettlement;
import io.echelon.kvstore.Versionstamp;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;

/** Something to do to the state of a store. */
public sealed interface Command {

    /** A commit to a database. */
    record Commit(String database, AtomicWrite write) implements Command {}

    /**
     * Removes values whose time has come.
     *
     * @param limit most values to look at, at least 1
     */
    record Sweep(int limit) implements Command {}

    /** A change of a database's messages. */
    sealed interface Queue extends Command {
        String database();
    }

    /**
     * Claims messages that are due.
     *
     * @param limit most messages, at least 1
     * @param leaseMs for so long from the batch's time
     */
    record Claim(String database, int limit, long leaseMs) implements Queue {}

    /** Ends or extends claims. */
    record Settle(String database, List<QueueSettlement> settlements) implements Queue {
        public Settle {
            settlements = List.copyOf(settlements);
        }
    }

    /** Makes dead messages due, {@link QueueChanges#MOVE_MAX} at most. */
    record Redrive(String database) implements Queue {}

    /** Removes messages, {@link QueueChanges#MOVE_MAX} at most. */
    record Purge(String database, KvQueue.Part part) implements Queue {}

    /**
     * A step of a database's move from one shard of a store to another. Whoever moves it takes them
     * in this order: the database arrives there, and receives what it holds here; it departs here,
     * and receives there what has changed meanwhile; it leaves here, and begins there; here it is
     * cleared.
     */
    sealed interface Step extends Command {
        String database();

        /**
         * The attempt at the move; a later one has a greater number. A shard takes no step of an
         * attempt once a later one has taken a step there.
         */
        Versionstamp move();
    }

    /** Nothing changes the database any more, in the shard that it is to leave. */
    record Depart(String database, Versionstamp move) implements Step {}

    /**
     * It stays after all; only of an attempt by which it was about to come to the other shard, and
     * has not begun there.
     */
    record Remain(String database, Versionstamp move) implements Step {}

    /** Nobody reads it here any more. */
    record Leave(String database, Versionstamp move) implements Step {}

    /** It is about to come here, and what was left of it here is removed. */
    record Arrive(String database, Versionstamp move) implements Step {}

    /**
     * It receives entries, or messages.
     *
     * @param rows each key and each value as the files have them, behind its length (4 bytes); -1
     *     instead of a value where there is none any more
     */
    record Receive(String database, Versionstamp move, boolean messages, byte[] rows)
            implements Step {
        @Override
        public boolean equals(Object other) {
            return other instanceof Receive that
                    && database.equals(that.database)
                    && move.equals(that.move)
                    && messages == that.messages
                    && Arrays.equals(rows, that.rows);
        }

        @Override
        public int hashCode() {
            return Objects.hash(database, move, messages, Arrays.hashCode(rows));
        }

        @Override
        public String toString() {
            return "Receive[%s, %s, %d bytes]".formatted(database, move, rows.length);
        }
    }

    /**
     * It has received everything, and is read and changed here from now on.
     *
     * @param after its versionstamps begin with a greater number
     */
    record Begin(String database, Versionstamp move, long after) implements Step {}

    /** What is left of it is removed where it was. */
    record Clear(String database, Versionstamp move) implements Step {}
}
