package io.echelon.edgeruntime;

import io.echelon.isolatepool.IsolatePool;
import io.echelon.isolatepool.RevisionStatistics;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks which revisions stand ready on this node, or are in use, for its own requests and for the
 * other nodes.
 *
 * <p><b>Thread safety.</b> Any thread may read; one at a time looks.
 */
final class WarmHere {
    private final IsolatePool pool;
    private final Router router;
    private volatile WarmList list = WarmList.EMPTY;

    WarmHere(IsolatePool pool, Router router) {
        this.pool = pool;
        this.router = router;
    }

    /** What the others are told, as of the last look. */
    WarmList list() {
        return list;
    }

    void look() {
        List<WarmList.Ready> ready = new ArrayList<>();
        for (RevisionStatistics each : pool.revisionStatistics()) {
            Target target = router.loaded(each.revision());
            if (target == null) {
                continue;
            }
            Warmth warmth = target.warmth();
            warmth.set(!each.isReady());
            long most = Math.max(each.startNanos(), warmth.loadNanos());
            boolean isWarm = each.isReady() || each.busy() + each.waiting() > 0;
            if (isWarm && most >= Forwarding.GAIN_MIN.toNanos()) {
                ready.add(
                        new WarmList.Ready(
                                each.revision(),
                                WarmList.Cost.ofNanos(
                                        each.isReady() ? each.startNanos() : 0,
                                        warmth.loadNanos())));
            }
        }
        list = WarmList.of(ready);
    }
}
