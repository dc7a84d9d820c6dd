package io.echelon.tenants;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which revision an app's own address leads to.
 *
 * @param production the number of the revision that serves
 * @param previous the one that served before, for {@code rollback}; null when there was none
 * @param changedAt since when the production revision serves
 * @param split which other revisions get some of the requests; null when production gets all
 */
public record RouteRecord(
        TenantName tenant,
        AppName app,
        int production,
        @Nullable Integer previous,
        Instant changedAt,
        @Nullable TrafficSplit split) {

    /** A route of one revision. */
    public RouteRecord(
            TenantName tenant,
            AppName app,
            int production,
            @Nullable Integer previous,
            Instant changedAt) {
        this(tenant, app, production, previous, changedAt, null);
    }

    public RevisionId target() {
        return new RevisionId(tenant, app, production);
    }

    /** Those that requests reach: the production revision first. */
    public List<RevisionId> targets() {
        List<RevisionId> targets = new ArrayList<>(List.of(target()));
        if (split != null) {
            split.shares()
                    .forEach(share -> targets.add(new RevisionId(tenant, app, share.revision())));
        }
        return targets;
    }

    /** The same with another split, or with none. */
    public RouteRecord with(@Nullable TrafficSplit newSplit) {
        return new RouteRecord(tenant, app, production, previous, changedAt, newSplit);
    }

    /** Whether a revision of the app is to be kept for this route. */
    public boolean needs(int revision) {
        return revision == production
                || (previous != null && previous == revision)
                || (split != null && split.has(revision));
    }
}
