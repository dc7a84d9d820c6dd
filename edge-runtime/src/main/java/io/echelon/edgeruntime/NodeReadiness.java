package io.echelon.edgeruntime;

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

    void set(State newState) {
        state = newState;
    }

    @Override
    public HealthCheckResponse call() {
        State now = state;
        return HealthCheckResponse.named("node")
                .status(now == State.READY)
                .withData("state", now.name())
                .build();
    }
}
