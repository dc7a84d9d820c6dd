package io.echelon.isolatepool.graal;

import java.util.concurrent.atomic.LongAdder;

/** What a pool has made so far, and whether the heap has room for more. */
final class PoolCensus {
    private final LongAdder created = new LongAdder();
    private volatile boolean full;

    void created() {
        created.increment();
    }

    long createdCount() {
        return created.sum();
    }

    /** Whether isolates may be made that nobody waits for. */
    boolean hasRoom() {
        return !full;
    }

    void noteFull() {
        full = true;
    }

    void noteRoom() {
        full = false;
    }
}
