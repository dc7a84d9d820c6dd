package io.echelon.edgeruntime;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvStore;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** A store whose commits are counted and timed, from the call to the answer. */
record MeteredStore(KvStore store, Meters meters) implements KvStore {
    private static final Duration[] LATENCY = {
        Duration.ofNanos(500_000),
        Duration.ofMillis(1),
        Duration.ofMillis(2),
        Duration.ofMillis(5),
        Duration.ofMillis(10),
        Duration.ofMillis(25),
        Duration.ofMillis(50),
        Duration.ofMillis(100),
        Duration.ofMillis(250),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
    };

    /** What is measured of commits; docs/metrics.md has the names. */
    record Meters(
            Timer duration, Counter committed, Counter conflict, Counter refused, Counter failed) {
        static Meters register(MeterRegistry registry) {
            return new Meters(
                    Timer.builder("echelon.store.commit.duration")
                            .serviceLevelObjectives(LATENCY)
                            .register(registry),
                    outcome(registry, "committed"),
                    outcome(registry, "conflict"),
                    outcome(registry, "refused"),
                    outcome(registry, "failed"));
        }

        private static Counter outcome(MeterRegistry registry, String outcome) {
            return registry.counter("echelon.store.commits", "outcome", outcome);
        }

        void ended(long nanos, @Nullable CommitResult result, @Nullable Throwable failure) {
            duration.record(nanos, TimeUnit.NANOSECONDS);
            switch (result) {
                case CommitResult.Committed _ -> committed.increment();
                case CommitResult.Conflict _ -> conflict.increment();
                case null -> (isCallers(failure) ? refused : failed).increment();
            }
        }

        private static boolean isCallers(@Nullable Throwable failure) {
            Throwable cause =
                    failure instanceof CompletionException wrapped ? wrapped.getCause() : failure;
            return cause instanceof EchelonException refusal
                    && (refusal.code().category() == ErrorCode.Category.CALLER
                            || refusal.code() == ErrorCode.OVER_QUOTA);
        }
    }

    @Override
    public KvDatabase database(String name) {
        KvDatabase database = store.database(name);
        return new PassingDatabase(database, write -> commit(database, write));
    }

    @Override
    public CompletableFuture<List<String>> queues() {
        return store.queues();
    }

    @Override
    public void close() {
        store.close();
    }

    private CompletableFuture<CommitResult> commit(KvDatabase database, AtomicWrite write) {
        long begun = System.nanoTime();
        return database.commit(write)
                .whenComplete(
                        (result, failure) ->
                                meters.ended(System.nanoTime() - begun, result, failure));
    }
}
