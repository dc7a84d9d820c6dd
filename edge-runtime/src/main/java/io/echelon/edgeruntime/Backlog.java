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
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * Revisions that are to be warmed a few at a time: those that a node finds when it starts, of which
 * there may be more than callers wait for.
 *
 * <p><b>Thread safety.</b> May be used from any thread.
 */
final class Backlog {
    private static final Logger LOG = Logger.getLogger(Backlog.class);
    private static final int TOGETHER = 3;

    private final Queue<RevisionId> inTurn = new ConcurrentLinkedQueue<>();
    private final Set<RevisionId> pending = ConcurrentHashMap.newKeySet();

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
        CountDownLatch over = new CountDownLatch(1);
        AtomicInteger working = new AtomicInteger(TOGETHER);
        for (int i = 0; i < TOGETHER; i++) {
            threads.execute(
                    () -> {
                        try {
                            work(begin);
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

    private void work(Function<RevisionId, ? extends CompletableFuture<?>> begin) {
        for (RevisionId id = inTurn.poll(); id != null; id = inTurn.poll()) {
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
}
