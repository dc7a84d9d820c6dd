package io.echelon.kvstore.ratis;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/** Up to where the log was applied, and who waits for it to come further; for any thread. */
final class AppliedIndex {
    private final Lock lock = new ReentrantLock();
    private final TreeMap<Long, CompletableFuture<Void>> waiting = new TreeMap<>();
    private volatile long index = -1;

    long get() {
        return index;
    }

    /** Completes once the entry with this index was applied. */
    CompletableFuture<Void> reached(long wanted) {
        if (wanted <= index) {
            return CompletableFuture.completedFuture(null);
        }
        lock.lock();
        try {
            return wanted <= index
                    ? CompletableFuture.completedFuture(null)
                    : waiting.computeIfAbsent(wanted, _ -> new CompletableFuture<>());
        } finally {
            lock.unlock();
        }
    }

    void set(long applied) {
        List<CompletableFuture<Void>> due;
        lock.lock();
        try {
            index = applied;
            if (waiting.isEmpty()) {
                return;
            }
            Map<Long, CompletableFuture<Void>> reached = waiting.headMap(applied, true);
            due = new ArrayList<>(reached.values());
            reached.clear();
        } finally {
            lock.unlock();
        }
        due.forEach(future -> future.complete(null));
    }
}
