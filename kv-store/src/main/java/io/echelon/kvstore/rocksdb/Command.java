package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.QueueSettlement;
import java.util.List;

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
}
