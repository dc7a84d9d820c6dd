package io.echelon.kvstore.rocksdb;

/** Who sees to it that a batch survives a crash. */
enum Durability {
    /** RocksDB's own log, synced before a write returns. */
    OWN_LOG,
    /**
     * A log elsewhere, from which lost batches are applied again. RocksDB's own is not synced: what
     * was written survives the end of the process, and of what a machine that ends without warning
     * had not put on its disk, all after the first batch that is missing is lost.
     */
    LOG_ELSEWHERE
}
