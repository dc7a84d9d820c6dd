package io.echelon.edgeruntime;

import io.echelon.isolatepool.GuestError;
import io.echelon.isolatepool.HostResult;
import io.echelon.isolatepool.HostSession;
import io.echelon.kvstore.BlobHash;
import io.echelon.kvstore.CacheKey;
import io.echelon.kvstore.CacheName;
import io.echelon.kvstore.KvLimits;
import io.echelon.tenants.Limits;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One isolate's use of its app's caches.
 *
 * <p>So many operations go at a time; more wait, and too many are refused. What an entry takes of
 * the host's memory is counted from before its bytes come until the guest has taken them.
 *
 * <p><b>Thread safety.</b> Operations come one at a time from the isolate and end on other threads.
 * What both touch is guarded by this.
 */
final class CacheSession implements HostSession {
    private static final int UNDER_WAY_MAX = 16;
    private static final int WAITING_MAX = 1_000;

    /** Putting so much counts for one operation. */
    private static final int BYTES_PER_OPERATION = 64 * 1024;

    private final CacheBinding binding;
    private final AppKey app;
    private final GuestTraces traces;
    private final Queue<Turn> waiting = new ArrayDeque<>();
    private final Set<Taken> undelivered = new HashSet<>();
    private int underWay;
    private boolean closed;

    CacheSession(CacheBinding binding, AppKey app, GuestTraces traces) {
        this.binding = binding;
        this.app = app;
        this.traces = traces;
    }

    @Override
    public CompletionStage<@Nullable Object> start(String operation, @Nullable Object[] arguments) {
        try {
            CacheName cache = cache((String) at(arguments, 0));
            return switch (operation) {
                case "open" -> CompletableFuture.completedFuture(null);
                case "match" -> {
                    CacheKey key = key(cache, arguments);
                    yield count(operation, 1, () -> match(key));
                }
                case "put" -> put(key(cache, arguments), arguments);
                case "delete" -> {
                    CacheKey key = key(cache, arguments);
                    yield count(operation, 1, () -> binding.cluster().delete(key));
                }
                case "has" -> count(operation, 1, () -> binding.cluster().has(cache));
                case "drop" -> count(operation, 1, () -> binding.cluster().delete(cache));
                default -> throw new GuestError("TypeError", "cache has no operation " + operation);
            };
        } catch (GuestError refused) {
            return CompletableFuture.failedFuture(refused);
        } catch (ClassCastException | IndexOutOfBoundsException malformed) {
            return CompletableFuture.failedFuture(
                    new GuestError("TypeError", "cache." + operation + " was called wrongly"));
        }
    }

    @Override
    public void close() {
        Set<Taken> left;
        synchronized (this) {
            closed = true;
            waiting.clear();
            left = Set.copyOf(undelivered);
        }
        left.forEach(Taken::giveBack);
    }

    /** Names and keys are hashed: those of strangers are of one length, and safe in a path. */
    private CacheName cache(String name) {
        // the platform inside puts one sign before the name
        if (name.length() > KvLimits.CACHE_NAME_MAX_CHARS + 1) {
            throw new GuestError(
                    "TypeError",
                    "A cache's name has %,d characters; at most %,d are allowed"
                            .formatted(name.length() - 1, KvLimits.CACHE_NAME_MAX_CHARS));
        }
        return new CacheName(app.tenant(), app.app(), hash(name));
    }

    private static CacheKey key(CacheName cache, @Nullable Object[] arguments) {
        String url = (String) at(arguments, 1);
        if (url.length() > Limits.URL_MAX_BYTES) {
            throw new GuestError(
                    "TypeError",
                    "The address has %,d characters; a cache keeps nothing above %,d"
                            .formatted(url.length(), Limits.URL_MAX_BYTES));
        }
        return new CacheKey(cache, hash(url));
    }

    private static String hash(String text) {
        return BlobHash.of(text.getBytes(StandardCharsets.UTF_8));
    }

    private CompletionStage<@Nullable Object> match(CacheKey key) {
        return binding.cluster()
                .find(key)
                .thenCompose(
                        found -> {
                            binding.metrics().matched(found != null);
                            return found == null
                                    ? CompletableFuture.completedFuture(null)
                                    : binding.memory()
                                            .take(found.size())
                                            .thenCompose(_ -> read(found));
                        });
    }

    private CompletionStage<@Nullable Object> read(CachePlace.Found found) {
        Taken taken = new Taken(found.size());
        if (!taken.begin()) {
            found.leave();
            return CompletableFuture.failedFuture(ended());
        }
        return found.read()
                .handle(
                        (entry, failure) -> {
                            if (entry == null || failure != null) { // it is gone since
                                taken.giveBack();
                                return null;
                            }
                            HostResult result =
                                    () -> {
                                        taken.giveBack();
                                        return entry;
                                    };
                            return result;
                        });
    }

    private CompletionStage<@Nullable Object> put(CacheKey key, @Nullable Object[] arguments) {
        byte[] entry = (byte[]) at(arguments, 2);
        double milliseconds = ((Number) at(arguments, 3)).doubleValue();
        if (entry.length > KvLimits.CACHE_ENTRY_MAX_BYTES) {
            throw new GuestError(
                    "TypeError",
                    "The response takes %,d bytes; an entry of a cache may take %,d"
                            .formatted(entry.length, KvLimits.CACHE_ENTRY_MAX_BYTES));
        }
        Instant expires =
                milliseconds < 0
                        ? null
                        : binding.clock().instant().plusMillis((long) Math.min(milliseconds, 1e14));
        return count(
                "put",
                1 + entry.length / BYTES_PER_OPERATION,
                () -> {
                    Taken taken = new Taken(entry.length);
                    return binding.memory()
                            .take(entry.length)
                            .thenCompose(
                                    _ ->
                                            taken.begin()
                                                    ? binding.cluster().put(key, entry, expires)
                                                    : CompletableFuture.failedFuture(ended()))
                            .whenComplete((_, _) -> taken.giveBack());
                });
    }

    /** Has an operation go when it is its turn. */
    private CompletionStage<@Nullable Object> count(
            String name,
            int operations,
            Supplier<? extends CompletionStage<? extends @Nullable Object>> operation) {
        TenantGate gate = binding.gates().of(app.tenant());
        if (!gate.admitKv(operations, System.nanoTime())) {
            throw new GuestError("Error", gate.kvRefusal());
        }
        OpenSpan span = traces.begin("cache " + name);
        if (span != null) {
            span.set("echelon.cache.operation", name);
        }
        return OpenSpan.around(span, () -> inTurn(operation));
    }

    private CompletionStage<@Nullable Object> inTurn(
            Supplier<? extends CompletionStage<? extends @Nullable Object>> operation) {
        Turn turn = new Turn(operation, new CompletableFuture<>());
        synchronized (this) {
            if (closed) {
                throw ended();
            }
            if (underWay >= UNDER_WAY_MAX) {
                if (waiting.size() >= WAITING_MAX) {
                    throw new GuestError(
                            "TypeError",
                            "%,d operations of caches wait already; await some before you start more"
                                    .formatted(waiting.size()));
                }
                waiting.add(turn);
                return turn.end();
            }
            underWay++;
        }
        run(turn);
        return turn.end();
    }

    /** Runs an operation and those that wait behind it, as far as they end at once. */
    private void run(@Nullable Turn first) {
        for (Turn turn = first; turn != null; turn = next()) {
            CompletableFuture<? extends @Nullable Object> running =
                    turn.operation().get().toCompletableFuture();
            if (!running.isDone()) {
                Turn begun = turn;
                var _ =
                        running.whenComplete(
                                (result, failure) -> {
                                    begun.ended(result, failure);
                                    run(next());
                                });
                return;
            }
            var _ = running.whenComplete(turn::ended);
        }
    }

    private synchronized @Nullable Turn next() {
        Turn next = waiting.poll();
        if (next == null) {
            underWay--;
        }
        return next;
    }

    /** An operation, and what the guest waits for. */
    private record Turn(
            Supplier<? extends CompletionStage<? extends @Nullable Object>> operation,
            CompletableFuture<@Nullable Object> end) {
        void ended(@Nullable Object result, @Nullable Throwable failure) {
            if (failure == null) {
                end.complete(result);
            } else {
                end.completeExceptionally(told(failure));
            }
        }
    }

    /**
     * Only deletions and questions about whole caches fail: an entry that does not come is none.
     */
    private static GuestError told(Throwable failure) {
        Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
        return cause instanceof GuestError known
                ? known
                : new GuestError(
                        "Error",
                        "A node that may have entries of the cache did not answer; try again");
    }

    private static GuestError ended() {
        return new GuestError("AbortError", "The isolate has ended");
    }

    /** Host memory that is taken, to be given back once. */
    private final class Taken {
        private final long bytes;
        private boolean isGivenBack;

        Taken(long bytes) {
            this.bytes = bytes;
        }

        /** Says that it lasts until the guest has what it is for; false when the guest is gone. */
        boolean begin() {
            synchronized (CacheSession.this) {
                if (!closed) {
                    undelivered.add(this);
                    return true;
                }
            }
            giveBack();
            return false;
        }

        void giveBack() {
            synchronized (CacheSession.this) {
                if (isGivenBack) {
                    return;
                }
                isGivenBack = true;
                undelivered.remove(this);
            }
            binding.memory().giveBack(bytes);
        }
    }

    private static Object at(@Nullable Object[] arguments, int index) {
        Object value = arguments[index];
        if (value == null) {
            throw new GuestError("TypeError", "cache was called without a value that it needs");
        }
        return value;
    }
}
