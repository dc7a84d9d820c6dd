package io.echelon.edgeruntime;

import io.echelon.tenants.RevisionId;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a node says to the others of revisions that stand ready or are in use on it, and are slow to
 * begin.
 *
 * @param version another one for another list
 * @param costs by revision, as {@link RevisionId#toString} has it
 */
record WarmList(int version, Map<String, Cost> costs) {
    static final WarmList EMPTY = of(List.of());

    /** Most revisions that a node tells of. */
    static final int MOST = 2_000;

    /**
     * How long a node without them needs before it can answer, in microseconds, both rounded down
     * to powers of two so that the list seldom changes.
     *
     * @param startMicros where the revision is loaded: until an isolate is ready; 0 when none is
     *     ready on the node that tells this either, on which the revision is in use
     * @param loadMicros where it is not
     */
    record Cost(long startMicros, long loadMicros) {
        static Cost ofNanos(long startNanos, long loadNanos) {
            return new Cost(
                    Long.highestOneBit(startNanos / 1_000), Long.highestOneBit(loadNanos / 1_000));
        }

        /** Whether an isolate stands ready on the node that tells this. */
        boolean isReady() {
            return startMicros > 0;
        }

        private long most() {
            return Math.max(startMicros, loadMicros);
        }
    }

    /** A revision that stands ready. */
    record Ready(RevisionId revision, Cost cost) {}

    WarmList {
        costs = Map.copyOf(costs);
    }

    /** Of revisions that stand ready; of too many those that are slowest to begin. */
    static WarmList of(List<Ready> ready) {
        Map<String, Cost> costs = new HashMap<>();
        ready.stream()
                .sorted(
                        Comparator.comparingLong((Ready each) -> each.cost().most())
                                .reversed()
                                .thenComparing(Ready::revision))
                .limit(MOST)
                .forEach(each -> costs.put(each.revision().toString(), each.cost()));
        return new WarmList(costs.hashCode(), costs);
    }

    /** What a revision would cost elsewhere; null when it does not stand ready. */
    @Nullable Cost find(String revision) {
        return costs.get(revision);
    }
}
