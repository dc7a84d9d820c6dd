package io.echelon.tenants;

import java.time.Instant;
import java.util.List;

/**
 * Keys of the {@link UsageRecord}s in the database {@code system}.
 *
 * <p>Every row belongs to one process of one node and is only ever set by it, to all that it has
 * counted in that step so far: a write that is repeated changes nothing, and a node that starts
 * again goes on in rows of its own. Whoever reads adds the rows of all processes up.
 *
 * <p>The rows of a whole tenant stand beside those of its apps, under the app {@code ""}, and hold
 * besides what its tools did that belongs to no app.
 */
public final class UsageRows {
    /** What stands for the whole tenant where an app's name would. */
    public static final String WHOLE_TENANT = "";

    private UsageRows() {}

    /** Prefix of a tenant's rows of a step: its apps, then times, revisions and processes. */
    public static List<Object> of(UsageStep step, TenantName tenant) {
        return List.of("usage", step.wireName(), tenant.value());
    }

    /** Prefix of an app's rows of a step, oldest first; those of the tenant for no app. */
    public static List<Object> of(UsageStep step, TenantName tenant, String app) {
        return List.of("usage", step.wireName(), tenant.value(), app);
    }

    /** Before all rows of an app that begin then or later. */
    public static List<Object> from(UsageStep step, TenantName tenant, String app, Instant begin) {
        return List.of("usage", step.wireName(), tenant.value(), app, begin.getEpochSecond());
    }

    /**
     * The row of a revision.
     *
     * @param process of which node, and which of its starts
     */
    public static List<Object> row(
            UsageStep step, RevisionId revision, Instant begin, String process) {
        return List.of(
                "usage",
                step.wireName(),
                revision.tenant().value(),
                revision.app().value(),
                begin.getEpochSecond(),
                revision.number(),
                process);
    }

    /** The row of a whole tenant. */
    public static List<Object> row(
            UsageStep step, TenantName tenant, Instant begin, String process) {
        return List.of(
                "usage",
                step.wireName(),
                tenant.value(),
                WHOLE_TENANT,
                begin.getEpochSecond(),
                0,
                process);
    }
}
