package io.echelon.controlplane;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Right;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** What a schedule means, before it is deployed. */
@Path("/api/v1/schedule")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class ScheduleResource {
    private static final int TIMES_DEFAULT = 10;
    private static final int TIMES_MAX = 1_000;

    private final CronService crons;

    ScheduleResource(CronService crons) {
        this.crons = crons;
    }

    @GET
    @Needs(Right.PLATFORM_READ)
    public CronViews.Explained explain(
            @RestQuery @Nullable String schedule,
            @RestQuery @Nullable String timezone,
            @RestQuery @Nullable String weekdays,
            @RestQuery @Nullable String after,
            @RestQuery @Nullable String count) {
        if (schedule == null) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT,
                    "The query parameter schedule is missing; send one such as */5 * * * *");
        }
        return crons.explain(
                schedule,
                timezone,
                weekdays,
                after,
                Query.integer("count", count, 1, TIMES_MAX, TIMES_DEFAULT));
    }
}
