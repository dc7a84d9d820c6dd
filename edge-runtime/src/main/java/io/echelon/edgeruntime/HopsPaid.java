package io.echelon.edgeruntime;

import io.echelon.tenants.RevisionId;
import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * When a revision that other nodes answer for is worth being made ready here: once the hops of its
 * requests add up to what that costs, within the time for which isolates stand ready that nobody
 * calls. A revision with rare requests never comes so far and stays ready on one node; one with
 * many is soon ready on all that they come to, and never costs more than twice of what it would
 * have, had one known (the ski-rental problem).
 *
 * <p><b>Thread safety.</b> Any thread.
 */
final class HopsPaid {
    /** For how long isolates stand ready that nobody calls. */
    static final Duration WINDOW = Duration.ofMinutes(10);

    /** What was paid since a time. */
    private record Paid(long sinceNanos, long hopNanos) {
        boolean isPast(long nowNanos) {
            return nowNanos - sinceNanos > WINDOW.toNanos();
        }
    }

    private final ConcurrentMap<RevisionId, Paid> paid = new ConcurrentHashMap<>();

    /**
     * Adds a hop.
     *
     * @param hopNanos how long it takes
     * @param costNanos how long it takes to make the revision ready here
     * @param nowNanos {@link System#nanoTime}
     * @return whether that is worth it now; then what was paid is forgotten
     */
    boolean pay(RevisionId revision, long hopNanos, long costNanos, long nowNanos) {
        Paid now =
                paid.merge(
                        revision,
                        new Paid(nowNanos, hopNanos),
                        (before, one) ->
                                before.isPast(nowNanos)
                                        ? one
                                        : new Paid(
                                                before.sinceNanos(),
                                                before.hopNanos() + one.hopNanos()));
        return now.hopNanos() >= costNanos && paid.remove(revision, now);
    }

    /** Forgets what was paid too long ago. */
    void sweep(long nowNanos) {
        paid.values().removeIf(each -> each.isPast(nowNanos));
    }

    /** Of how many revisions something is remembered. */
    int size() {
        return paid.size();
    }
}
