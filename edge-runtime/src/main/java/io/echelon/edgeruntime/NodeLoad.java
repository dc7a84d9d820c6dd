package io.echelon.edgeruntime;

import io.echelon.isolatepool.IsolatePool;
import io.echelon.isolatepool.PoolStatistics;
import io.echelon.tenants.NodeVitals;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;

/** Whether this node has more to do than it can; looked at now and then, read on every request. */
final class NodeLoad {
    private volatile AdmissionPolicy policy;
    private final IsolatePool pool;
    private final List<MemoryPoolMXBean> heapPools =
            ManagementFactory.getMemoryPoolMXBeans().stream()
                    .filter(bean -> bean.getType() == MemoryType.HEAP)
                    .toList();
    private volatile String refusal = "";

    NodeLoad(AdmissionPolicy policy, IsolatePool pool) {
        this.policy = policy;
        this.pool = pool;
    }

    /** Has another policy hold from the next look on. */
    void set(AdmissionPolicy now) {
        policy = now;
    }

    /** Looks again; to be called several times a second. */
    void sample() {
        AdmissionPolicy policy = this.policy;
        int waiting = pool.statistics().waiting();
        if (waiting >= policy.nodeWaiting()) {
            refusal =
                    "This node has %,d calls waiting for an isolate, %,d or more are too many; try again shortly"
                            .formatted(waiting, policy.nodeWaiting());
            return;
        }
        int percent = heapPercent();
        refusal =
                percent >= policy.nodeHeapPercent()
                        ? "This node's memory is %d %% in use, %d %% or more is too much; try again shortly"
                                .formatted(percent, policy.nodeHeapPercent())
                        : "";
    }

    /** How the node does. */
    NodeVitals vitals() {
        PoolStatistics now = pool.statistics();
        return new NodeVitals(
                now.idle(),
                now.busy(),
                now.waiting(),
                pool.revisionStatistics().size(),
                now.heapUsedBytes(),
                now.heapMaxBytes());
    }

    /** Why the node sheds load; empty when it does not. */
    String refusal() {
        return refusal;
    }

    /** What survived the last collection, in percent of the heap's most. */
    private int heapPercent() {
        long used = 0;
        for (MemoryPoolMXBean bean : heapPools) {
            MemoryUsage afterCollection = bean.getCollectionUsage();
            used += afterCollection == null ? 0 : afterCollection.getUsed();
        }
        return (int) (used * 100 / Runtime.getRuntime().maxMemory());
    }
}
