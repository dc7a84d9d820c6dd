package io.echelon.controlplane;

import io.echelon.tenants.EchelonException;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.Readiness;

/** Whether the store answers; without it the control plane can do nothing. */
@Readiness
@Singleton
final class StoreHealth implements HealthCheck {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final SystemDatabase database;

    StoreHealth(SystemDatabase database) {
        this.database = database;
    }

    @Override
    public HealthCheckResponse call() {
        try {
            database.ping(PATIENCE);
            return HealthCheckResponse.up("store");
        } catch (EchelonException e) {
            return HealthCheckResponse.down("store");
        }
    }
}
