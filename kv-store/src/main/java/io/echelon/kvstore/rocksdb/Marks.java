package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.BlobHash;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvStore;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.StoreDigest;
import io.echelon.kvstore.StoreMark;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * States of a store that are kept so that replicas can be compared. A mark is a commit to a key of
 * its own: each replica keeps the state that the commit's batch has led to, which is the same in
 * all of them, and which the batches that follow do not change.
 *
 * <p>Thread safety: any thread; batches are told by the one that writes.
 */
public final class Marks {
    private static final String DATABASE = OwnDatabases.VERIFICATION;
    private static final KvKey KEY = KvKey.of("mark");
    private static final RowKey ROW = RowKey.of(RowKey.prefix(DATABASE), KEY);
    private static final Duration KEPT = Duration.ofMinutes(1);
    private static final Duration AWAITED = Duration.ofSeconds(30);

    private final Engine engine;
    private final Map<Long, Kept> kept = new HashMap<>();

    /** A state that is kept, or will be. */
    private record Kept(CompletableFuture<Engine.Pinned> state, long sinceNanos) {}

    Marks(Engine engine) {
        this.engine = engine;
    }

    /** Makes a mark by a commit to a store. */
    public static CompletableFuture<StoreMark> make(KvStore store) {
        return store.database(DATABASE)
                .commit(AtomicWrite.builder().set(KEY, KvValue.u64(System.nanoTime())).build())
                .thenApply(
                        result ->
                                switch (result) {
                                    case CommitResult.Committed(var stamp) ->
                                            new StoreMark(List.of(stamp.group()));
                                    case CommitResult.Conflict _ ->
                                            throw new IllegalStateException(
                                                    "A mark has no checks that could fail");
                                });
    }

    /** A batch was written; whoever writes does not go on before this returns. */
    void written(long batch, Set<RowKey> changed) {
        if (changed.contains(ROW)) {
            var _ = kept(batch).state().complete(engine.pin());
        }
        letGo();
    }

    private synchronized Kept kept(long batch) {
        return kept.computeIfAbsent(
                batch, _ -> new Kept(new CompletableFuture<>(), System.nanoTime()));
    }

    /** Lets go of what was kept for too long. */
    synchronized void letGo() {
        if (!kept.isEmpty()) {
            long now = System.nanoTime();
            kept.values()
                    .removeIf(
                            old -> {
                                boolean isOld = now - old.sinceNanos() > KEPT.toNanos();
                                if (isOld) {
                                    release(old);
                                }
                                return isOld;
                            });
        }
    }

    private void release(Kept old) {
        var _ = old.state().thenAccept(engine::unpin);
    }

    private synchronized void forget(long batch) {
        kept.remove(batch);
    }

    /** What is here at a mark. */
    CompletableFuture<StoreDigest> digest(StoreMark mark, Executor readers) {
        long batch = mark.ofShards().getFirst();
        return kept(batch)
                .state()
                .copy()
                .orTimeout(AWAITED.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionally(
                        failure -> {
                            throw failure instanceof TimeoutException
                                    ? new EchelonException(
                                            ErrorCode.UNAVAILABLE,
                                            "This replica has not come to the mark within %d seconds; try again"
                                                    .formatted(AWAITED.toSeconds()),
                                            failure)
                                    : new IllegalStateException("No state was kept", failure);
                        })
                .thenApplyAsync(
                        state -> {
                            forget(batch); // from here on it is this reader's
                            try {
                                return digest(state);
                            } finally {
                                engine.unpin(state);
                            }
                        },
                        readers);
    }

    private StoreDigest digest(Engine.Pinned state) {
        Sum sum = new Sum();
        Tally tally = new Tally();
        PinnedRows rows = new PinnedRows(engine, state);
        try {
            for (Family family : Family.values()) {
                if (family != Family.META) { // which has what is each replica's own
                    rows.read(
                            family,
                            (key, value) -> {
                                sum.count(family, key.length + value.length);
                                if (family != Family.EXPIRY) {
                                    tally.add(family, key, value.length);
                                }
                                return true;
                            },
                            sum.sha256::update);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        compare(tally.sizes(), engine.snapshot(state, Sizes::kept));
        return new StoreDigest(
                sum.entries,
                sum.messages,
                sum.bytes,
                HexFormat.of().formatHex(sum.sha256.digest()));
    }

    /** Refuses a state whose sizes are not those of what it holds. */
    private static void compare(Map<String, Size> found, Map<String, Size> kept) {
        Set<String> names = new TreeSet<>(found.keySet());
        names.addAll(kept.keySet());
        for (String name : names) {
            Size here = found.getOrDefault(name, Size.NOTHING);
            Size told = kept.getOrDefault(name, Size.NOTHING);
            if (!here.equals(told)) {
                throw new EchelonException(
                        ErrorCode.INTERNAL,
                        "This replica holds %s of database \"%s\" and has counted %s; replace it"
                                .formatted(here, name, told));
            }
        }
    }

    private static final class Sum {
        private final MessageDigest sha256 = BlobHash.digest();
        private long entries;
        private long messages;
        private long bytes;

        void count(Family family, long more) {
            bytes += more;
            entries += family == Family.ROWS ? 1 : 0;
            messages += family == Family.QUEUE ? 1 : 0;
        }
    }
}
