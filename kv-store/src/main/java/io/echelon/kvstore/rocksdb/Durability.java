package io.echelon.kvstore.rocksdb;

/** Who sees to it that a batch survives a crash. */
enum Durability {
    /** RocksDB's own log, synced before a write returns. */
    OWN_LOG,
    /** A log elsewhere, from which lost batches are applied again; RocksDB keeps none. */
    LOG_ELSEWHERE
}
