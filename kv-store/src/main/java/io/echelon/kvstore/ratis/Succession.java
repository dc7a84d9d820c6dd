package io.echelon.kvstore.ratis;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.ratis.server.protocol.TermIndex;

/**
 * Has this member run for election as soon as the process that led has ended. Otherwise it would
 * wait for a silence that is long enough to be no collection of a heap, once or twice (Ratis looks
 * for it at the end of each), and a busy machine makes it longer.
 *
 * <p>A process that has ended closes its connections, and its machine refuses new ones. A leader
 * that stands still or is cut off does not do both: it is found out by its silence.
 *
 * <p>Any member may run for election at any time, so nothing here can do more harm than a term too
 * many. Of those that notice, the one whose log goes farthest runs first, for the others would not
 * be elected; among equals the first by name, so that they do not share the votes.
 *
 * <p>Thread safety: all methods may be called from any thread.
 */
final class Succession {
    private static final System.Logger LOG = System.getLogger(Succession.class.getName());

    /** How long others are waited for that are to run before this member. */
    private static final Duration PRECEDENCE = Duration.ofMillis(300);

    private static final Duration ANSWERED_WITHIN = Duration.ofMillis(200);

    /** Pauses before a leader is called again that still answered; the first is this long. */
    private static final Duration CALLED_AGAIN_AFTER = Duration.ofMillis(10);

    private static final int CALLS = 7;

    private final Replica replica;
    private final AtomicBoolean underWay = new AtomicBoolean();

    Succession(Replica replica) {
        this.replica = replica;
    }

    /** Answers {@link Question#LAST_ENTRY}. */
    CompletableFuture<byte[]> askedForLastEntry() {
        TermIndex last = replica.lastEntry();
        return CompletableFuture.completedFuture(encoded(last));
    }

    private static byte[] encoded(TermIndex last) {
        return ByteBuffer.allocate(2 * Long.BYTES)
                .putLong(last.getTerm())
                .putLong(last.getIndex())
                .array();
    }

    /** A member's connection has ended; waits until what is to be done about that is done. */
    void left(String member) {
        if (member.equals(replica.leader()) && underWay.compareAndSet(false, true)) {
            try {
                succeed(member, replica.term());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                underWay.set(false);
            }
        }
    }

    private void succeed(String leader, long term) throws InterruptedException {
        if (!replica.isVoter() || !hasEnded(leader)) {
            return;
        }
        if (!isFirst(leader)) {
            Thread.sleep(PRECEDENCE);
        }
        if (leader.equals(replica.leader()) && term == replica.term()) {
            LOG.log(
                    System.Logger.Level.INFO,
                    "{0}, which led the store, has ended; {1} runs for election",
                    leader,
                    replica.self());
            replica.runForElection(leader);
        }
    }

    /** Whether a leader's process has ended; one that ends closes its sockets one by one. */
    private boolean hasEnded(String leader) throws InterruptedException {
        Duration pause = CALLED_AGAIN_AFTER;
        for (int i = 0; i < CALLS; i++) {
            long begun = System.nanoTime();
            if (replica.isRefusedBy(leader)) {
                return true;
            }
            Thread.sleep(pause);
            if (replica.hasHeardWithin(Duration.ofNanos(System.nanoTime() - begun))) {
                return false;
            }
            pause = pause.multipliedBy(2);
        }
        return false;
    }

    /** Whether no other member that answers is to run before this one. */
    private boolean isFirst(String leader) throws InterruptedException {
        Set<String> others = new HashSet<>();
        replica.quorums().forEach(others::addAll);
        others.remove(leader);
        others.remove(replica.self());
        TermIndex mine = replica.lastEntry();
        for (String other : others) {
            int farther = compare(last(other), mine);
            if (farther > 0 || (farther == 0 && other.compareTo(replica.self()) < 0)) {
                return false;
            }
        }
        return true;
    }

    private static int compare(TermIndex one, TermIndex other) {
        int terms = Long.compare(one.getTerm(), other.getTerm());
        return terms == 0 ? Long.compare(one.getIndex(), other.getIndex()) : terms;
    }

    /** The last entry of another member's log; one before all others when it does not say. */
    private TermIndex last(String member) throws InterruptedException {
        CompletableFuture<byte[]> answer = replica.ask(member, Question.LAST_ENTRY);
        try {
            ByteBuffer last =
                    ByteBuffer.wrap(answer.get(ANSWERED_WITHIN.toMillis(), TimeUnit.MILLISECONDS));
            return TermIndex.valueOf(last.getLong(), last.getLong());
        } catch (ExecutionException | TimeoutException e) {
            return TermIndex.INITIAL_VALUE;
        }
    }
}
