package io.echelon.edgeruntime;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

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
    private boolean isHandedOut;

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

    /**
     * Gives memory back. Who takes it from the line may give it back at once: one thread at a time
     * hands it out, so that this does not call itself as often as many wait.
     */
    void giveBack(long bytes) {
        synchronized (this) {
            usedBytes -= bytes;
            if (isHandedOut) {
                return;
            }
            isHandedOut = true;
        }
        for (Waiting next = next(); next != null; next = next()) {
            next.turn().complete(null);
        }
    }

    private synchronized @Nullable Waiting next() {
        Waiting first = line.peek();
        if (first == null || !fits(first.bytes())) {
            isHandedOut = false;
            return null;
        }
        line.remove();
        usedBytes += first.bytes();
        return first;
    }

    /** What is taken now, in bytes. */
    synchronized long usedBytes() {
        return usedBytes;
    }

    private boolean fits(long bytes) {
        return usedBytes == 0 || usedBytes + bytes <= capacityBytes;
    }
}
