package io.echelon.edgeruntime;

import io.echelon.tenants.RevisionId;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Revisions that are to be warmed a few at a time: those that a node finds when it starts, of which
 * there may be more than callers wait for. Once nobody waits any more it takes its time, one at a
 * time and with as long a rest after each, since callers want the processors too.
 *
 * <p><b>Thread safety.</b> May be used from any thread.
 */
final class Backlog {
    private static final Logger LOG = Logger.getLogger(Backlog.class);
    private static final int TOGETHER = 3;

    private final Queue<RevisionId> inTurn = new ConcurrentLinkedQueue<>();
    private final Set<RevisionId> pending = ConcurrentHashMap.newKeySet();
    private volatile boolean calm;

    /** Puts a revision at the end, unless it is there already. */
    void add(RevisionId id) {
        if (pending.add(id)) {
            inTurn.add(id);
        }
    }

    /** Whether the warming of a revision is still to begin. */
    boolean isPending(RevisionId id) {
        return pending.contains(id);
    }

    boolean isEmpty() {
        return pending.isEmpty();
    }

    /**
     * Works off what is there.
     *
     * @param begin begins to warm a revision, so that others find that under way, and returns its
     *     end
     * @param atEnd done when nothing is left
     * @return open until then
     */
    CountDownLatch work(
            Executor threads,
            Function<RevisionId, ? extends CompletableFuture<?>> begin,
            Runnable atEnd) {
        calm = false;
        CountDownLatch over = new CountDownLatch(1);
        AtomicInteger working = new AtomicInteger(TOGETHER);
        for (int i = 0; i < TOGETHER; i++) {
            boolean isFirst = i == 0;
            threads.execute(
                    () -> {
                        try {
                            work(begin, isFirst);
                        } finally {
                            if (working.decrementAndGet() == 0) {
                                atEnd.run();
                                over.countDown();
                            }
                        }
                    });
        }
        return over;
    }

    /** Says that nobody waits for what is left. */
    void calmDown() {
        calm = true;
    }

    private void work(
            Function<RevisionId, ? extends CompletableFuture<?>> begin, boolean goesOnCalmly) {
        while (goesOnCalmly || !calm) {
            RevisionId id = inTurn.poll();
            if (id == null) {
                return;
            }
            long begun = System.nanoTime();
            warm(id, begin);
            if (calm) {
                LockSupport.parkNanos(System.nanoTime() - begun);
            }
        }
    }

    private void warm(RevisionId id, Function<RevisionId, ? extends CompletableFuture<?>> begin) {
        try {
            CompletableFuture<?> warming = begin.apply(id);
            pending.remove(id);
            var _ = warming.join();
        } catch (RuntimeException failed) {
            LOG.debugf("Revision %s is not warm: %s", id, failed.getMessage());
        } finally {
            pending.remove(id);
        }
    }
}
