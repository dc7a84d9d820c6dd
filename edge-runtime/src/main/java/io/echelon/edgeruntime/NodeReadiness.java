package io.echelon.edgeruntime;

import io.echelon.tenants.NodeState;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Whether this node answers requests; it does once everything deployed is here and warm. */
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

    void set(State newState) {
        state = newState;
    }

    /** Sets how far the node is with what the operator wants of it. */
    void follow(NodeState newWanted) {
        wanted = newWanted;
    }

    @Override
    public HealthCheckResponse call() {
        State own = state;
        State now = own == State.READY && wanted != NodeState.READY ? State.DRAINING : own;
        return HealthCheckResponse.named("node")
                .status(now == State.READY)
                .withData("state", now.name())
                .build();
    }
}
