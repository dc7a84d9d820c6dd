package io.echelon.kvstore.shards;

import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvSnapshot;
import io.echelon.kvstore.ratis.RatisKvStore;
import io.echelon.kvstore.rocksdb.AwayException;
import io.echelon.kvstore.rocksdb.Standing;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Finds the shard of a database, for each call anew, and again while the database is on its way. A
 * shard refuses what is asked of a database that it does not have, so a replica that has not heard
 * yet of a move misleads nobody.
 *
 * <p>Thread safety: all methods may be called from any thread.
 */
final class Shards {
    /** How long a call waits for a database that is on its way. */
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final Duration PAUSE = Duration.ofMillis(10);

    private final List<RatisKvStore> each;
    private final Executor later;

    /**
     * @param each by their numbers
     * @param answers where calls are made that had to wait
     */
    Shards(List<RatisKvStore> each, Executor answers) {
        this.each = List.copyOf(each);
        this.later =
                CompletableFuture.delayedExecutor(PAUSE.toMillis(), TimeUnit.MILLISECONDS, answers);
    }

    List<RatisKvStore> each() {
        return each;
    }

    /** The shard in which lies what nothing else is said of. */
    RatisKvStore first() {
        return each.getFirst();
    }

    /** What a read of a database answers. */
    <T> CompletableFuture<T> read(
            String database, Function<KvDatabase, CompletableFuture<T>> call) {
        return at(
                database,
                Standing::isReadable,
                shard -> call.apply(shard.database(database)),
                end());
    }

    /** What a change of a database answers. */
    <T> CompletableFuture<T> change(
            String database, Function<KvDatabase, CompletableFuture<T>> call) {
        return at(
                database,
                standing -> standing == Standing.HERE,
                shard -> call.apply(shard.database(database)),
                end());
    }

    /** The present state of a database, which is kept. */
    CompletableFuture<KvSnapshot> snapshot(String database) {
        return at(database, Standing::isReadable, shard -> shard.snapshot(database), end());
    }

    /** The shard where a database can be read, as far as is known here; null on its way. */
    @Nullable RatisKvStore readable(String database) {
        return find(database, Standing::isReadable);
    }

    /** Completes in a moment. */
    CompletableFuture<Void> inAMoment() {
        return CompletableFuture.runAsync(() -> {}, later);
    }

    /** Does something in a moment. */
    void later(Runnable work) {
        later.execute(work);
    }

    /** Whether a call failed because the database was not where it was looked for. */
    static boolean isAway(Throwable failure) {
        return failure instanceof AwayException
                || (failure instanceof CompletionException
                        && failure.getCause() instanceof AwayException);
    }

    private static long end() {
        return System.nanoTime() + PATIENCE.toNanos();
    }

    private <T> CompletableFuture<T> at(
            String database,
            Predicate<Standing> fit,
            Function<RatisKvStore, CompletableFuture<T>> call,
            long end) {
        RatisKvStore shard = find(database, fit);
        if (shard == null) {
            return again(database, fit, call, end);
        }
        CompletableFuture<T> answer = call.apply(shard);
        return answer.state() == CompletableFuture.State.SUCCESS
                ? answer
                : answer.exceptionallyCompose(
                        failure ->
                                isAway(failure)
                                        ? again(database, fit, call, end)
                                        : CompletableFuture.failedFuture(failure));
    }

    private <T> CompletableFuture<T> again(
            String database,
            Predicate<Standing> fit,
            Function<RatisKvStore, CompletableFuture<T>> call,
            long end) {
        if (System.nanoTime() - end > 0) {
            return CompletableFuture.failedFuture(new AwayException(database));
        }
        return inAMoment().thenCompose(_ -> at(database, fit, call, end));
    }

    /** The last one first: of the first one nothing need be said. */
    private @Nullable RatisKvStore find(String database, Predicate<Standing> fit) {
        for (RatisKvStore shard : each.reversed()) {
            if (fit.test(shard.standing(database))) {
                return shard;
            }
        }
        return null;
    }
}
