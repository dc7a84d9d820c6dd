package io.echelon.controlplane;

import io.echelon.controlplane.SystemDatabase.Row;
import io.echelon.tenants.AppName;
import io.echelon.tenants.DomainRecord;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Right;
import io.echelon.tenants.TenantName;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.jboss.resteasy.reactive.ResponseStatus;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestQuery;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** An app's own hosts and their certificates. */
@Path("/api/v1/tenants/{tenant}/apps/{app}/domains")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class DomainsResource {
    private final DomainService domains;
    private final DomainCertificates certificates;
    private final Renewals renewals;
    private final Change change;

    DomainsResource(
            DomainService domains,
            DomainCertificates certificates,
            Renewals renewals,
            Change change) {
        this.domains = domains;
        this.certificates = certificates;
        this.renewals = renewals;
        this.change = change;
    }

    @GET
    @Needs(Right.DOMAINS_READ)
    public DomainViews.Domains list(
            @RestPath String tenant,
            @RestPath String app,
            @RestQuery @Nullable String limit,
            @RestQuery @Nullable String cursor) {
        Part<DomainRecord> part =
                Part.of(
                        domains.list(new TenantName(tenant), new AppName(app)),
                        domain -> domain.host().value(),
                        limit,
                        cursor);
        return new DomainViews.Domains(
                part.items().stream().map(DomainViews.Domain::of).toList(), part.cursor());
    }

    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @ResponseStatus(201)
    @Needs(Right.DOMAINS_WRITE)
    public DomainViews.Domain add(
            @RestPath String tenant,
            @RestPath String app,
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            schema =
                                                    @Schema(
                                                            implementation =
                                                                    DomainViews.Claim.class)))
                    InputStream body) {
        String host = JsonBody.read(body, DomainViews.Claim.class).host();
        DomainRecord added = domains.add(new TenantName(tenant), new AppName(app), host);
        change.to(audited(added));
        return DomainViews.Domain.of(added);
    }

    @GET
    @Path("/{host}")
    @Needs(Right.DOMAINS_READ)
    public RestResponse<DomainViews.Domain> get(
            @RestPath String tenant, @RestPath String app, @RestPath String host) {
        Row<DomainRecord> row = domains.require(new TenantName(tenant), new AppName(app), host);
        return EntityTag.of(row).on(DomainViews.Domain.of(row.value()));
    }

    @PATCH
    @Path("/{host}")
    @Consumes(MediaType.APPLICATION_JSON)
    @Needs(Right.DOMAINS_WRITE)
    public RestResponse<DomainViews.Domain> change(
            @RestPath String tenant,
            @RestPath String app,
            @RestPath String host,
            @RestHeader(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            schema =
                                                    @Schema(
                                                            implementation =
                                                                    DomainViews.Changes.class)))
                    InputStream body) {
        DomainViews.Changes changes = JsonBody.read(body, DomainViews.Changes.class);
        return changed(
                domains.change(
                        new TenantName(tenant),
                        new AppName(app),
                        host,
                        changes,
                        IfMatch.of(ifMatch)));
    }

    @DELETE
    @Path("/{host}")
    @Needs(Right.DOMAINS_WRITE)
    public void remove(
            @RestPath String tenant,
            @RestPath String app,
            @RestPath String host,
            @RestHeader(HttpHeaders.IF_MATCH) @Nullable String ifMatch) {
        change.from(
                audited(
                        domains.remove(
                                new TenantName(tenant),
                                new AppName(app),
                                host,
                                IfMatch.of(ifMatch))));
    }

    @POST
    @Path("/{host}/verify")
    @Needs(Right.DOMAINS_WRITE)
    public RestResponse<DomainViews.Domain> verify(
            @RestPath String tenant, @RestPath String app, @RestPath String host) {
        return changed(domains.verify(new TenantName(tenant), new AppName(app), host));
    }

    @POST
    @Path("/{host}/certificate/order")
    @ResponseStatus(202)
    @Needs(Right.DOMAINS_WRITE)
    public DomainViews.Domain order(
            @RestPath String tenant, @RestPath String app, @RestPath String host) {
        DomainRecord ordered = certificates.order(new TenantName(tenant), new AppName(app), host);
        renewals.look();
        change.to(audited(ordered));
        return DomainViews.Domain.of(ordered);
    }

    @PUT
    @Path("/{host}/certificate")
    @Consumes(MediaType.APPLICATION_JSON)
    @Needs(Right.DOMAINS_WRITE)
    public RestResponse<DomainViews.Domain> certificate(
            @RestPath String tenant,
            @RestPath String app,
            @RestPath String host,
            @RestHeader(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            schema =
                                                    @Schema(
                                                            implementation =
                                                                    DomainViews.Upload.class)))
                    InputStream body) {
        return changed(
                certificates.upload(
                        new TenantName(tenant),
                        new AppName(app),
                        host,
                        readUpload(body),
                        IfMatch.of(ifMatch)));
    }

    /** What is wrong with the body is not told in its own words, which may be a key's. */
    private static DomainViews.Upload readUpload(InputStream body) {
        try {
            return JsonBody.read(body, DomainViews.Upload.class);
        } catch (EchelonException e) {
            throw new EchelonException(
                    e.code() == ErrorCode.PAYLOAD_TOO_LARGE
                            ? ErrorCode.PAYLOAD_TOO_LARGE
                            : ErrorCode.INVALID_ARGUMENT,
                    "The body must be JSON such as {\"certificate\":\"-----BEGIN CERTIFICATE…\",\"key\":\"-----BEGIN PRIVATE KEY…\"}");
        }
    }

    private RestResponse<DomainViews.Domain> changed(Tagged<DomainRecord> domain) {
        change.to(audited(domain.value()));
        return domain.as(DomainViews.Domain::of).answer();
    }

    private static Map<String, Object> audited(DomainRecord domain) {
        Map<String, Object> audited = new LinkedHashMap<>();
        audited.put("host", domain.host().value());
        audited.put("verified", domain.isVerified());
        audited.put("http", domain.plain());
        audited.put("hstsSeconds", domain.hstsSeconds());
        DomainRecord.Certificate certificate = domain.certificate();
        if (certificate != null) {
            audited.put("certificate", certificate);
        }
        audited.put("byAuthority", domain.renewal() != null);
        return audited;
    }
}
