package io.echelon.kvstore;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Waits for what a store answers, for callers that may block. */
public final class KvAnswers {
    private KvAnswers() {}

    /**
     * The answer; a refusal is thrown as it is.
     *
     * @throws EchelonException UNAVAILABLE when there is none in time, or the waiting thread is
     *     interrupted, which it still is then
     */
    public static <T> T await(CompletableFuture<T> future, Duration patience) {
        try {
            return future.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof EchelonException known
                    ? known
                    : new EchelonException(ErrorCode.INTERNAL, "The store failed", e.getCause());
        } catch (TimeoutException e) {
            throw new EchelonException(
                    ErrorCode.UNAVAILABLE,
                    "The store did not answer within %d seconds".formatted(patience.toSeconds()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EchelonException(ErrorCode.UNAVAILABLE, "The node is shutting down", e);
        }
    }
}
