package io.echelon.edgeruntime;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;

/**
 * Host memory that operations of all isolates share, such as those on databases: whoever finds too
 * little left waits in line.
 *
 * <p><b>Thread safety.</b> May be used from any thread; waiting takes none.
 */
final class HostMemory {
    private final long capacityBytes;
    private final Queue<Waiting> line = new ArrayDeque<>();
    private long usedBytes;

    private record Waiting(long bytes, CompletableFuture<Void> turn) {}

    /**
     * @param capacityBytes what all operations may take together; a single larger one goes alone
     */
    HostMemory(long capacityBytes) {
        this.capacityBytes = capacityBytes;
    }

    /** An eighth of the heap, for databases. */
    static HostMemory ofDatabases() {
        return new HostMemory(Runtime.getRuntime().maxMemory() / 8);
    }

    /** A sixteenth of the heap, for caches. */
    static HostMemory ofCaches() {
        return new HostMemory(Runtime.getRuntime().maxMemory() / 16);
    }

    /** Takes memory, when it is its turn. */
    CompletableFuture<Void> take(long bytes) {
        synchronized (this) {
            if (!line.isEmpty() || !fits(bytes)) {
                Waiting waiting = new Waiting(bytes, new CompletableFuture<>());
                line.add(waiting);
                return waiting.turn();
            }
            usedBytes += bytes;
        }
        return CompletableFuture.completedFuture(null);
    }

    /** Gives memory back. */
    void giveBack(long bytes) {
        Queue<Waiting> next = new ArrayDeque<>();
        synchronized (this) {
            usedBytes -= bytes;
            while (!line.isEmpty() && fits(line.element().bytes())) {
                Waiting first = line.remove();
                usedBytes += first.bytes();
                next.add(first);
            }
        }
        next.forEach(waiting -> waiting.turn().complete(null));
    }

    /** What is taken now, in bytes. */
    synchronized long usedBytes() {
        return usedBytes;
    }

    private boolean fits(long bytes) {
        return usedBytes == 0 || usedBytes + bytes <= capacityBytes;
    }
}
