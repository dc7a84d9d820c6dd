package io.echelon.kvstore.ratis;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Tells up to where this replica must have applied the log before it may answer a strong read.
 *
 * <p>The leader notes its term and how far the log is committed, and then asks the others for their
 * terms. Once a majority, itself included, has said after the read had come that its term is still
 * that one, no other leader had been elected before: whoever is elected must have moved a majority
 * to a later term first, and two majorities share a member. So nothing was committed by someone
 * else that the noted index does not cover. (Ratis' own linearizable reads skip this when the log
 * has not moved, and were found to be stale.) Another replica asks the leader for that index. All
 * reads that wait share one question.
 *
 * <p>Lifecycle: runs from {@link #start} to {@link #close}.
 *
 * <p>Thread safety: all methods may be called from any thread.
 */
final class StrongReads implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(StrongReads.class.getName());
    private static final Duration ROUND_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration GIVEN_UP = Duration.ofSeconds(15);
    private static final Duration PAUSE = Duration.ofMillis(10);

    private final Replica replica;
    private final boolean alone;
    private final BlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>();
    private final Thread thread = new Thread(this::run, "kv-store-strong-reads");
    private volatile boolean closing;

    /**
     * @param asker whether this replica wants to read, or another has asked it as the leader
     */
    private record Waiting(Asker asker, CompletableFuture<Long> index) {}

    private enum Asker {
        SELF,
        OTHER
    }

    StrongReads(Replica replica, boolean alone) {
        this.replica = replica;
        this.alone = alone;
    }

    void start() {
        thread.setDaemon(true);
        thread.start();
    }

    /** Completes when all that was committed before the call can be read here. */
    CompletableFuture<Void> ready() {
        if (closing) {
            return CompletableFuture.failedFuture(closed());
        }
        if (alone && replica.leads()) {
            return replica.state().applied().reached(replica.committedIndex());
        }
        return index(Asker.SELF).thenCompose(replica.state().applied()::reached);
    }

    private CompletableFuture<Long> index(Asker asker) {
        Waiting read = new Waiting(asker, new CompletableFuture<>());
        waiting.add(read);
        if (closing && waiting.remove(read)) {
            read.index().completeExceptionally(closed());
        }
        return read.index();
    }

    /** Answers {@link Question#TERM}. */
    CompletableFuture<byte[]> askedForTerm() {
        return CompletableFuture.completedFuture(number(replica.term()));
    }

    /** Answers {@link Question#INDEX}. */
    CompletableFuture<byte[]> askedForIndex() {
        return index(Asker.OTHER).thenApply(StrongReads::number);
    }

    private static byte[] number(long number) {
        return ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    }

    private static long number(byte[] number) {
        return ByteBuffer.wrap(number).getLong();
    }

    private void run() {
        List<Waiting> reads = new ArrayList<>();
        while (!closing) {
            reads.clear();
            try {
                reads.add(waiting.take());
            } catch (InterruptedException e) {
                continue;
            }
            waiting.drainTo(reads);
            try {
                find(reads);
            } catch (RuntimeException e) {
                LOG.log(System.Logger.Level.ERROR, "Strong reads failed", e);
                fail(reads, unavailable(e));
            }
        }
        waiting.drainTo(reads);
        fail(reads, closed());
    }

    /**
     * Finds the index for reads; what others have asked is answered by the leader or not at all.
     */
    private void find(List<Waiting> reads) {
        long end = System.nanoTime() + GIVEN_UP.toNanos();
        List<Waiting> open = new ArrayList<>(reads);
        @Nullable Throwable failure = null;
        while (!closing && System.nanoTime() - end < 0) {
            boolean leads = replica.leads();
            if (!leads) {
                refuseOthers(open);
            }
            if (open.isEmpty()) {
                return;
            }
            try {
                long index = leads ? quorumIndex() : leaderIndex();
                open.forEach(read -> read.index().complete(index));
                return;
            } catch (ExecutionException e) {
                failure = e.getCause();
            } catch (IOException | TimeoutException | InterruptedException e) {
                failure = e;
            }
            LockSupport.parkNanos(PAUSE.toNanos());
            // Reads that came in the meantime share the next attempt.
            waiting.drainTo(open);
        }
        fail(open, closing ? closed() : unavailable(failure));
    }

    private static void refuseOthers(List<Waiting> open) {
        open.removeIf(
                read -> {
                    boolean other = read.asker() == Asker.OTHER;
                    if (other) {
                        read.index().completeExceptionally(unavailable(null));
                    }
                    return other;
                });
    }

    private long quorumIndex()
            throws IOException, ExecutionException, TimeoutException, InterruptedException {
        // The term before and after, so that the index is one of a leader of this very term.
        long term = replica.term();
        boolean led = replica.leads();
        long index = replica.committedIndex();
        if (!led || !replica.leads() || replica.term() != term) {
            throw new IOException("This replica does not lead");
        }
        if (!majoritySays(term).get(ROUND_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
            throw new IOException("Another replica knows a later term than " + term);
        }
        return index;
    }

    /** Completes with true once a majority of each quorum says so, with false when one says no. */
    private CompletableFuture<Boolean> majoritySays(long term) {
        List<Set<String>> quorums = replica.quorums();
        Set<String> same = ConcurrentHashMap.newKeySet();
        Set<String> failed = ConcurrentHashMap.newKeySet();
        same.add(replica.self());
        CompletableFuture<Boolean> majority = new CompletableFuture<>();
        if (hasMajority(quorums, same)) {
            majority.complete(true);
            return majority;
        }
        Set<String> others = new HashSet<>();
        quorums.forEach(others::addAll);
        others.remove(replica.self());
        for (String other : others) {
            var _ =
                    replica.ask(other, Question.TERM)
                            .whenComplete(
                                    (answer, failure) -> {
                                        if (failure != null) {
                                            failed.add(other);
                                            if (failed.size() == others.size()) {
                                                majority.completeExceptionally(failure);
                                            }
                                        } else if (number(answer) != term) {
                                            majority.complete(false);
                                        } else {
                                            same.add(other);
                                            if (hasMajority(quorums, same)) {
                                                majority.complete(true);
                                            }
                                        }
                                    });
        }
        return majority;
    }

    private static boolean hasMajority(List<Set<String>> quorums, Set<String> members) {
        return quorums.stream()
                .allMatch(
                        quorum ->
                                quorum.stream().filter(members::contains).count()
                                        > quorum.size() / 2);
    }

    private long leaderIndex()
            throws IOException, ExecutionException, TimeoutException, InterruptedException {
        String leader = replica.leader();
        if (leader == null || leader.equals(replica.self())) {
            throw new IOException("No replica is known to lead");
        }
        return number(
                replica.ask(leader, Question.INDEX)
                        .get(ROUND_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS));
    }

    @Override
    public void close() {
        closing = true;
        thread.interrupt();
    }

    private static void fail(List<Waiting> reads, EchelonException reason) {
        reads.forEach(read -> read.index().completeExceptionally(reason));
    }

    private static EchelonException unavailable(@Nullable Throwable cause) {
        return new EchelonException(
                ErrorCode.UNAVAILABLE,
                "No majority of the store's replicas answered; read again, or with eventual consistency",
                cause);
    }

    private static EchelonException closed() {
        return new EchelonException(ErrorCode.UNAVAILABLE, "The store is closed");
    }
}
