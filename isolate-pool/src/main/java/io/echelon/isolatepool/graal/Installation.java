package io.echelon.isolatepool.graal;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** The wait for a revision's first isolates. */
final class Installation {
    private final CompletableFuture<Void> result = new CompletableFuture<>();
    private final AtomicInteger missing;

    /**
     * @param isolates how many have to be ready, 1 or more
     */
    Installation(int isolates) {
        missing = new AtomicInteger(isolates);
    }

    void ready() {
        if (missing.decrementAndGet() <= 0) {
            result.complete(null);
        }
    }

    void failed(String message) {
        result.completeExceptionally(new EchelonException(ErrorCode.STARTUP_FAILED, message));
    }

    CompletableFuture<Void> result() {
        return result;
    }
}
