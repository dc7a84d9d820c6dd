package io.echelon.controlplane;

import io.echelon.tenants.QuotaRecord;
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
        return quotas.written(new TenantName(tenant)).as(quotas::show).answer();
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
        change.from(audited(quotas.written(name).value()));
        Tagged<QuotaRecord> written = quotas.set(name, request, IfMatch.of(ifMatch));
        change.to(audited(written.value()));
        return written.as(quotas::show).answer();
    }

    private static Map<String, Object> audited(QuotaRecord record) {
        return Map.of("plan", record.plan().value(), "overrides", record.limits());
    }
}
