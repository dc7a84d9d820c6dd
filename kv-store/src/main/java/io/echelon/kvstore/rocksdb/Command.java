package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.AtomicWrite;

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
}
