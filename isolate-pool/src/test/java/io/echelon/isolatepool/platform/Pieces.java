package io.echelon.isolatepool.platform;

import io.echelon.isolatepool.BodySource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** A request's body that comes in given pieces. */
final class Pieces implements BodySource {
    private final Queue<byte[]> left = new ArrayDeque<>();
    private volatile int reads;
    private volatile boolean cancelled;

    Pieces(String... pieces) {
        for (String piece : List.of(pieces)) {
            left.add(piece.getBytes(StandardCharsets.UTF_8));
        }
    }

    @Override
    @SuppressWarnings("NonAtomicVolatileUpdate") // one reader at a time
    public CompletionStage<byte @Nullable []> read() {
        reads++;
        return CompletableFuture.completedFuture(left.poll());
    }

    @Override
    public void cancel() {
        cancelled = true;
    }

    int reads() {
        return reads;
    }

    boolean isCancelled() {
        return cancelled;
    }
}
