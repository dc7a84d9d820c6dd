package io.echelon.kvstore;

import io.echelon.tenants.EchelonException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** Results of futures, for tests. */
public final class Await {
    private static final int LIMIT_SECONDS = 60;

    private Await() {}

    /** The result; a failure is thrown as it is, without its wrapper. */
    public static <T> T result(CompletableFuture<T> future) {
        try {
            return future.orTimeout(LIMIT_SECONDS, TimeUnit.SECONDS).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof EchelonException refusal) {
                throw refusal;
            }
            throw e;
        }
    }

    public static Versionstamp committed(CompletableFuture<CommitResult> commit) {
        return ((CommitResult.Committed) result(commit)).versionstamp();
    }
}
