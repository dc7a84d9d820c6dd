package io.echelon.tenants;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which revision an app's own address leads to.
 *
 * @param production the number of the revision that serves
 * @param previous the one that served before, for {@code rollback}; null when there was none
 */
public record RouteRecord(
        TenantName tenant,
        AppName app,
        int production,
        @Nullable Integer previous,
        Instant changedAt) {
    public RevisionId target() {
        return new RevisionId(tenant, app, production);
    }
}
