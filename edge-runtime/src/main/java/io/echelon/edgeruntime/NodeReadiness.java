package io.echelon.edgeruntime;

import io.echelon.tenants.NodeState;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Readiness;
import org.jspecify.annotations.Nullable;

/**
 * Whether this node answers requests; it does once everything deployed is here and warm, and goes
 * on to while the store is away, which it tells beside.
 */
@Readiness
@Singleton
final class NodeReadiness implements HealthCheck {
    /** Where the node stands. */
    enum State {
        STARTING,
        READY,
        DRAINING
    }

    private volatile State state = State.STARTING;
    private volatile NodeState wanted = NodeState.READY;
    private volatile @Nullable StoreReach store;

    void set(State newState) {
        state = newState;
    }

    /** Sets how far the node is with what the operator wants of it. */
    void follow(NodeState newWanted) {
        wanted = newWanted;
    }

    /** Has it told whether the store answers. */
    void tell(StoreReach reach) {
        store = reach;
    }

    @Override
    public HealthCheckResponse call() {
        State own = state;
        State now = own == State.READY && wanted != NodeState.READY ? State.DRAINING : own;
        HealthCheckResponseBuilder answer =
                HealthCheckResponse.named("node")
                        .status(now == State.READY)
                        .withData("state", now.name());
        StoreReach reach = store;
        if (reach != null) {
            answer.withData("store", reach.isAway() ? "away" : "answers");
        }
        return answer.build();
    }
}
