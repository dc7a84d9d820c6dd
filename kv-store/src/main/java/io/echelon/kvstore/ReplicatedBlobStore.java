package io.echelon.kvstore;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Blobs of which several nodes keep copies. A blob is stored when a majority of the nodes has it on
 * the disk, so that it outlives any one of them; the others get it as soon as they can take it.
 * What is not here comes from a node that has it, and stays here.
 *
 * <p>Failure: as {@link BlobStore} says; UNAVAILABLE when no majority can be reached. A node that
 * fails, or is slow, is not asked again for a few seconds unless it is needed.
 *
 * <p>Thread safety: that of {@link BlobStore}.
 */
public final class ReplicatedBlobStore implements BlobStore {
    private static final System.Logger LOG = System.getLogger(ReplicatedBlobStore.class.getName());
    private static final int AT_ONCE = 16;
    private static final long LEFT_ALONE_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long ASKED_SECONDS = 5;
    private static final long STORED_SECONDS = 40;

    private final BlobStore here;
    private final List<Other> others;
    private final int majority;

    /** What so many nodes do not have, no majority has. */
    private final int absentForCertain;

    private final Executor threads;

    /** By hash: copies beyond a majority that are being made still. */
    private final Map<String, CompletableFuture<?>> spreading = new ConcurrentHashMap<>();

    /** Another node, and what is known of it. */
    private static final class Other {
        private final BlobStore blobs;
        private final Semaphore turns = new Semaphore(AT_ONCE);
        private volatile long failedNanos = System.nanoTime() - LEFT_ALONE_NANOS;

        Other(BlobStore blobs) {
            this.blobs = blobs;
        }

        boolean isWell() {
            return System.nanoTime() - failedNanos >= LEFT_ALONE_NANOS;
        }
    }

    /**
     * @param here the copies on this node
     * @param others the copies on each other node
     */
    public ReplicatedBlobStore(BlobStore here, List<BlobStore> others) {
        this(here, others, task -> Thread.ofVirtual().name("blob-copies-", 0).start(task));
    }

    /**
     * @param here the copies on this node
     * @param others the copies on each other node
     * @param threads who makes copies; those beyond a majority may be made after {@link #put}
     */
    public ReplicatedBlobStore(BlobStore here, List<BlobStore> others, Executor threads) {
        this.here = here;
        this.threads = threads;
        this.others = others.stream().map(Other::new).toList();
        this.majority = (others.size() + 1) / 2 + 1;
        this.absentForCertain = others.size() + 2 - majority;
    }

    @Override
    public void put(String sha256, InputStream content) throws IOException {
        here.put(sha256, content);
        spread(sha256);
    }

    /** Sees to it that a blob that is here is on a majority of the nodes. */
    private void spread(String sha256) {
        int needed = majority - 1;
        if (needed == 0) {
            return;
        }
        List<CompletableFuture<Boolean>> copies = new ArrayList<>();
        for (Other other : others) {
            if (other.isWell()) {
                copies.add(copy(sha256, other));
            }
        }
        note(sha256, copies);
        if (!awaited(copies, needed)) {
            for (Other other : others) {
                if (!other.isWell()) {
                    copies.add(copy(sha256, other));
                }
            }
            note(sha256, copies);
            if (!awaited(copies, needed)) {
                throw new EchelonException(
                        ErrorCode.UNAVAILABLE,
                        "Blob %s is not on %d of the %d nodes that keep blobs, since others cannot be reached; send it again"
                                .formatted(sha256, majority, others.size() + 1));
            }
        }
    }

    private void note(String sha256, List<CompletableFuture<Boolean>> copies) {
        CompletableFuture<?> all =
                CompletableFuture.allOf(copies.toArray(CompletableFuture[]::new));
        CompletableFuture<?> noted =
                spreading.merge(
                        sha256, all, (others, these) -> CompletableFuture.allOf(others, these));
        var _ = noted.whenComplete((_, _) -> spreading.remove(sha256, noted));
    }

    private CompletableFuture<Boolean> copy(String sha256, Other other) {
        return with(
                other,
                () -> {
                    if (!other.blobs.contains(sha256)) {
                        try (InputStream content = here.open(sha256)) {
                            other.blobs.put(sha256, content);
                        } catch (IOException e) {
                            throw new EchelonException(
                                    ErrorCode.UNAVAILABLE, "A copy broke off", e);
                        }
                    }
                    return true;
                });
    }

    /** Does something with another node; the future fails when that does. */
    private <T> CompletableFuture<T> with(Other other, Supplier<T> call) {
        return CompletableFuture.supplyAsync(
                () -> {
                    other.turns.acquireUninterruptibly();
                    try {
                        return call.get();
                    } catch (EchelonException e) {
                        if (e.code() == ErrorCode.UNAVAILABLE) {
                            other.failedNanos = System.nanoTime();
                        }
                        LOG.log(System.Logger.Level.DEBUG, "Another node keeps no copy now", e);
                        throw e;
                    } finally {
                        other.turns.release();
                    }
                },
                threads);
    }

    /** Waits until so many copies are made, or cannot be. */
    private static boolean awaited(List<CompletableFuture<Boolean>> copies, int needed) {
        CompletableFuture<Boolean> enough = new CompletableFuture<>();
        Semaphore made = new Semaphore(0);
        CompletableFuture<?>[] all =
                copies.stream()
                        .map(
                                copy ->
                                        copy.thenAccept(
                                                _ -> {
                                                    made.release();
                                                    if (made.availablePermits() >= needed) {
                                                        enough.complete(true);
                                                    }
                                                }))
                        .toArray(CompletableFuture[]::new);
        var _ =
                CompletableFuture.allOf(all)
                        .whenComplete((_, _) -> enough.complete(made.availablePermits() >= needed));
        return enough.completeOnTimeout(false, STORED_SECONDS, TimeUnit.SECONDS).join();
    }

    @Override
    public InputStream open(String sha256) {
        fetch(sha256);
        return here.open(sha256);
    }

    @Override
    public byte[] read(String sha256) {
        fetch(sha256);
        return here.read(sha256);
    }

    /** Brings a blob here that another node has; nothing when it is stored nowhere. */
    private void fetch(String sha256) {
        if (here.contains(sha256)) {
            return;
        }
        int absent = 1;
        Exception failure = null;
        for (Other other : inOrder()) {
            try (InputStream content = other.blobs.open(sha256)) {
                here.put(sha256, content);
                return;
            } catch (EchelonException e) {
                if (e.code() == ErrorCode.NOT_FOUND) {
                    absent++;
                    continue;
                }
                other.failedNanos = System.nanoTime();
                failure = e;
            } catch (IOException e) {
                failure = e;
            }
        }
        if (absent < absentForCertain) {
            throw unknown(sha256, failure);
        }
    }

    private static EchelonException unknown(String sha256, @Nullable Exception cause) {
        return new EchelonException(
                ErrorCode.UNAVAILABLE,
                "Whether there is a blob %s is not known now, since nodes that may have it cannot be reached; try again"
                        .formatted(sha256),
                cause);
    }

    /** Nodes that are well first. */
    private List<Other> inOrder() {
        List<Other> order = new ArrayList<>(others);
        order.sort((a, b) -> Boolean.compare(b.isWell(), a.isWell()));
        return order;
    }

    @Override
    public OptionalLong size(String sha256) {
        OptionalLong local = here.size(sha256);
        if (local.isPresent() || absentForCertain == 1) {
            return local;
        }
        CompletableFuture<OptionalLong> known = new CompletableFuture<>();
        AtomicInteger absent = new AtomicInteger(1);
        CompletableFuture<?>[] answers =
                others.stream()
                        .map(other -> with(other, () -> other.blobs.size(sha256)))
                        .map(
                                answer ->
                                        answer.thenAccept(
                                                size -> {
                                                    if (size.isPresent()
                                                            || absent.incrementAndGet()
                                                                    >= absentForCertain) {
                                                        known.complete(size);
                                                    }
                                                }))
                        .toArray(CompletableFuture[]::new);
        var _ =
                CompletableFuture.allOf(answers)
                        .whenComplete((_, _) -> known.completeExceptionally(unknown(sha256, null)));
        try {
            return known.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof EchelonException refusal ? refusal : e;
        }
    }

    /**
     * What too few nodes have is brought to a majority of them first; what no node has is missing.
     */
    @Override
    public List<String> missing(Collection<String> hashes) {
        List<String> asked = BlobHash.checked(hashes);
        Set<String> distinct = new LinkedHashSet<>(asked);
        Map<String, Integer> copies = new HashMap<>();
        count(distinct, here.missing(distinct), copies);
        for (CompletableFuture<List<String>> answer :
                inOrder().stream()
                        .filter(Other::isWell)
                        .map(other -> with(other, () -> other.blobs.missing(distinct)))
                        .toList()) {
            try {
                count(distinct, answer.get(ASKED_SECONDS, TimeUnit.SECONDS), copies);
            } catch (ExecutionException | TimeoutException e) {
                LOG.log(System.Logger.Level.DEBUG, "Another node does not say what it has", e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new EchelonException(ErrorCode.UNAVAILABLE, "The node is shutting down", e);
            }
        }
        distinct.removeIf(
                hash -> {
                    int count = copies.getOrDefault(hash, 0);
                    return count >= majority || (count > 0 && isRepaired(hash));
                });
        return asked.stream().filter(distinct::contains).distinct().toList();
    }

    private static void count(
            Set<String> asked, Collection<String> missing, Map<String, Integer> copies) {
        Set<String> absent = Set.copyOf(missing);
        for (String hash : asked) {
            if (!absent.contains(hash)) {
                copies.merge(hash, 1, Integer::sum);
            }
        }
    }

    private boolean isRepaired(String sha256) {
        try {
            fetch(sha256);
            spread(sha256);
            return true;
        } catch (EchelonException e) {
            LOG.log(System.Logger.Level.WARNING, "Blob {0} is on too few nodes", sha256);
            return false;
        }
    }

    /** Copies that are being made are removed as well; a node that is away keeps its copy. */
    @Override
    public void delete(String sha256) {
        awaitCopies(sha256);
        here.delete(sha256);
        for (Other other : inOrder()) {
            try {
                other.blobs.delete(sha256);
            } catch (EchelonException e) {
                LOG.log(System.Logger.Level.DEBUG, "Another node keeps its copy", e);
            }
        }
    }

    private void awaitCopies(String sha256) {
        CompletableFuture<?> copies = spreading.get(BlobHash.checked(sha256));
        if (copies == null) {
            return;
        }
        try {
            copies.get(STORED_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOG.log(System.Logger.Level.DEBUG, "Another node gets no copy", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EchelonException(ErrorCode.UNAVAILABLE, "The node is shutting down", e);
        }
    }
}
