package io.echelon.kvstore;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * A database: an ordered map from keys to values, changed by atomic commits that happen one after
 * the other.
 *
 * <p>Lifecycle: obtained from a {@link KvStore} and usable until that closes; it holds nothing of
 * its own.
 *
 * <p>Failure: futures complete exceptionally with an {@link io.echelon.tenants.EchelonException}
 * (itself, or as the cause of a {@link java.util.concurrent.CompletionException}): INVALID_ARGUMENT
 * and PAYLOAD_TOO_LARGE for a call that breaks a limit, STORAGE_FULL when a commit was refused for
 * want of space, UNAVAILABLE when the store cannot be reached or its answer was lost. After
 * UNAVAILABLE a commit may or may not have happened; after anything else it has not.
 *
 * <p>Thread safety: all methods may be called from any thread and do not block. Futures complete on
 * a thread of the store; stages that block belong on an executor of their own.
 */
public interface KvDatabase {
    String name();

    /** The database's identity; it never changes. */
    CompletableFuture<UUID> id();

    /**
     * Reads ranges from one snapshot.
     *
     * @param ranges at most {@link KvLimits#READ_RANGES_MAX}, with at most {@link
     *     KvLimits#READ_ENTRIES_MAX} entries in all
     * @return the entries of each range, in its order
     */
    CompletableFuture<List<List<KvEntry>>> read(List<RangeRead> ranges, Consistency consistency);

    /** Commits, or finds that a check does not hold. */
    CompletableFuture<CommitResult> commit(AtomicWrite write);

    /**
     * Watches keys.
     *
     * @param keys 1 to {@link KvLimits#WATCHED_KEYS_MAX}
     */
    KvSubscription watch(List<KvKey> keys, KvWatcher watcher);

    /**
     * The database's messages, for those who deliver them; empty where the store is behind KV
     * Connect, which can only enqueue.
     */
    default Optional<KvQueue> queue() {
        return Optional.empty();
    }

    /** What a key holds, with strong consistency. */
    default CompletableFuture<Optional<KvEntry>> get(KvKey key) {
        return get(List.of(key), Consistency.STRONG).thenApply(List::getFirst);
    }

    /**
     * What keys hold, from one snapshot, in the order of the keys.
     *
     * @param keys at most {@link KvLimits#READ_RANGES_MAX}
     */
    default CompletableFuture<List<Optional<KvEntry>>> get(
            List<KvKey> keys, Consistency consistency) {
        return Futures.attempt(
                () ->
                        read(keys.stream().map(RangeRead::of).toList(), consistency)
                                .thenApply(
                                        found ->
                                                found.stream()
                                                        .map(list -> list.stream().findFirst())
                                                        .toList()));
    }

    /** Writes one value, whatever was there. */
    default CompletableFuture<CommitResult> set(KvKey key, KvValue value) {
        return Futures.attempt(() -> commit(AtomicWrite.builder().set(key, value).build()));
    }

    /**
     * All entries, to be read part by part; where the store cannot keep a state, each part shows
     * that of its time.
     */
    default KvSnapshot snapshot() {
        return new PagedSnapshot(
                KvSnapshot.Unity.BY_PART,
                range -> read(List.of(range), Consistency.STRONG).thenApply(List::getFirst),
                () -> {});
    }

    /** A page of the keys that a selector covers, from one snapshot. */
    default CompletableFuture<KvPage> list(KvSelector selector, ListOptions options) {
        return Futures.attempt(
                () ->
                        read(List.of(Cursors.rest(selector, options)), options.consistency())
                                .thenApply(found -> page(selector, options, found.getFirst())));
    }

    /**
     * All that a selector covers, page after page: each page is a snapshot, the whole is not. For
     * ranges that fit into memory.
     */
    default CompletableFuture<List<KvEntry>> listAll(KvSelector selector) {
        return listAll(selector, Consistency.STRONG);
    }

    /** The same, of states that may be old. */
    default CompletableFuture<List<KvEntry>> listAll(KvSelector selector, Consistency consistency) {
        return listAll(
                selector,
                ListOptions.DEFAULT
                        .withLimit(KvLimits.READ_ENTRIES_MAX)
                        .withConsistency(consistency),
                new ArrayList<>());
    }

    private CompletableFuture<List<KvEntry>> listAll(
            KvSelector selector, ListOptions options, List<KvEntry> gathered) {
        return list(selector, options)
                .thenCompose(
                        page -> {
                            gathered.addAll(page.entries());
                            return page.cursor()
                                    .map(
                                            next ->
                                                    listAll(
                                                            selector,
                                                            options.withCursor(next),
                                                            gathered))
                                    .orElseGet(() -> CompletableFuture.completedFuture(gathered));
                        });
    }

    private static KvPage page(KvSelector selector, ListOptions options, List<KvEntry> entries) {
        return new KvPage(
                entries,
                entries.size() < options.limit()
                        ? Optional.empty()
                        : Optional.of(Cursors.after(selector, entries.getLast().key())));
    }
}
