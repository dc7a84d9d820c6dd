package io.echelon.controlplane;

import io.echelon.controlplane.UsageViews.Usage;
import io.echelon.kvstore.KvLimits;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Right;
import io.echelon.tenants.TenantName;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jspecify.annotations.Nullable;

/** What a tenant has used. */
@Path("/api/v1/tenants/{tenant}/usage")
@RunOnVirtualThread
public final class UsageResource {
    private static final MediaType CSV = MediaType.valueOf(UsageCsv.TYPE);

    private final UsageService usage;
    private final InstantSource clock;

    UsageResource(UsageService usage, InstantSource clock) {
        this.usage = usage;
        this.clock = clock;
    }

    @GET
    @Produces({MediaType.APPLICATION_JSON, UsageCsv.TYPE})
    @Needs(Right.USAGE_READ)
    @APIResponse(
            responseCode = "200",
            description = "OK",
            content = {
                @Content(
                        mediaType = MediaType.APPLICATION_JSON,
                        schema = @Schema(implementation = Usage.class)),
                @Content(mediaType = UsageCsv.TYPE, schema = @Schema(implementation = String.class))
            })
    public Response read(
            @RestPath String tenant,
            @RestQuery @Nullable String app,
            @RestQuery @Nullable String revision,
            @RestQuery @Nullable String from,
            @RestQuery @Nullable String to,
            @RestQuery @Nullable String step,
            @RestQuery @Nullable String groupBy,
            @RestQuery @Nullable String limit,
            @RestQuery @Nullable String cursor,
            @RestQuery @Nullable String format,
            @Context HttpHeaders headers) {
        Usage answer = usage(tenant, app, revision, from, to, step, groupBy, limit, cursor);
        return isCsv(format, headers)
                ? Response.ok(UsageCsv.of(answer), CSV).build()
                : Response.ok(answer, MediaType.APPLICATION_JSON_TYPE).build();
    }

    /** The same as a value, whatever form it is to have; parameters are as those of the route. */
    public Usage usage(
            String tenant,
            @Nullable String app,
            @Nullable String revision,
            @Nullable String from,
            @Nullable String to,
            @Nullable String step,
            @Nullable String groupBy,
            @Nullable String limit,
            @Nullable String cursor) {
        UsageQuery query =
                UsageQuery.of(
                        new TenantName(tenant), app, revision, from, to, step, clock.instant());
        if (groupBy == null) {
            return usage.read(query);
        }
        if (!groupBy.equals("app") || app != null) {
            throw refuse("groupBy may be app, and only where no app is given");
        }
        int series =
                Query.integer(
                        "limit", limit, 1, KvLimits.READ_ENTRIES_MAX, KvLimits.LIST_BATCH_DEFAULT);
        return usage.readByApp(query, series, cursor);
    }

    private static boolean isCsv(@Nullable String format, HttpHeaders headers) {
        if (format == null) {
            return headers.getAcceptableMediaTypes().getFirst().isCompatible(CSV)
                    && !headers.getAcceptableMediaTypes().getFirst().isWildcardType();
        }
        if (format.equals("csv") || format.equals("json")) {
            return format.equals("csv");
        }
        throw refuse("format may be json or csv");
    }

    private static EchelonException refuse(String message) {
        return new EchelonException(ErrorCode.INVALID_ARGUMENT, message);
    }
}
