package io.echelon.isolatepool.graal;

import io.echelon.isolatepool.EventHandler;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** The wait for a revision's first isolates. */
final class Installation {
    private final CompletableFuture<List<EventHandler>> result = new CompletableFuture<>();
    private final AtomicInteger missing;

    /**
     * @param isolates how many have to be ready, 1 or more
     */
    Installation(int isolates) {
        missing = new AtomicInteger(isolates);
    }

    /**
     * Counts an isolate that is ready.
     *
     * @param handlers asked of the last one that is waited for
     */
    void ready(Supplier<List<EventHandler>> handlers) {
        if (missing.decrementAndGet() == 0) {
            result.complete(handlers.get());
        }
    }

    void failed(String message) {
        result.completeExceptionally(new EchelonException(ErrorCode.STARTUP_FAILED, message));
    }

    /** What the revision has handlers for, once it is ready. */
    CompletableFuture<List<EventHandler>> result() {
        return result;
    }
}
