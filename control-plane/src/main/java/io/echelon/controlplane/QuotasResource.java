package io.echelon.controlplane;

import io.echelon.tenants.Right;
import io.echelon.tenants.TenantName;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** What a tenant may take of the platform. */
@Path("/api/v1/tenants/{tenant}/quotas")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class QuotasResource {
    private final QuotaService quotas;
    private final Change change;

    QuotasResource(QuotaService quotas, Change change) {
        this.quotas = quotas;
        this.change = change;
    }

    @GET
    @Needs(Right.USAGE_READ)
    public RestResponse<QuotaViews.Quotas> show(@RestPath String tenant) {
        return answer(quotas.written(new TenantName(tenant)));
    }

    @PUT
    @Consumes(MediaType.APPLICATION_JSON)
    @Needs(Right.PLATFORM_OPERATE)
    public RestResponse<QuotaViews.Quotas> set(
            @RestPath String tenant,
            @RestHeader(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            schema =
                                                    @Schema(
                                                            implementation =
                                                                    QuotaViews.QuotasRequest
                                                                            .class)))
                    InputStream body) {
        TenantName name = new TenantName(tenant);
        QuotaViews.QuotasRequest request = JsonBody.read(body, QuotaViews.QuotasRequest.class);
        tell(quotas.written(name), Side.BEFORE);
        QuotaService.Written written = quotas.set(name, request, ifMatch);
        tell(written, Side.AFTER);
        return answer(written);
    }

    private enum Side {
        BEFORE,
        AFTER
    }

    private void tell(QuotaService.Written written, Side side) {
        Map<String, Object> told =
                Map.of(
                        "plan",
                        written.record().plan().value(),
                        "overrides",
                        written.record().limits());
        switch (side) {
            case BEFORE -> change.from(told);
            case AFTER -> change.to(told);
        }
    }

    private RestResponse<QuotaViews.Quotas> answer(QuotaService.Written written) {
        return RestResponse.ResponseBuilder.ok(quotas.show(written))
                .header(HttpHeaders.ETAG, written.tag())
                .build();
    }
}
