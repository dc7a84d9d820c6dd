package io.echelon.kvstore;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Futures of calls that may be refused before they begin. */
final class Futures {
    private Futures() {}

    /** The call's future, or one that has failed with what the call threw. */
    static <T> CompletableFuture<T> attempt(Supplier<CompletableFuture<T>> call) {
        try {
            return call.get();
        } catch (RuntimeException e) {
            return CompletableFuture.failedFuture(e);
        }
    }
}
