package io.echelon.controlplane.console;

import io.echelon.controlplane.DomainViews;
import io.echelon.controlplane.DomainsResource;
import io.echelon.controlplane.Needs;
import io.echelon.tenants.DomainRecord;
import io.echelon.tenants.Right;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;

/** An app's own hosts: whose they are, their certificates, and what they answer without TLS. */
@Path("/tenants/{tenant}/apps/{app}/domains")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public final class DomainsPage {
    /** How long browsers are usually told to come by TLS alone, in seconds. */
    private static final Map<Integer, String> HSTS =
            Map.of(
                    0,
                    "not at all",
                    300,
                    "for 5 minutes",
                    86_400,
                    "for a day",
                    31_536_000,
                    "for a year",
                    DomainRecord.HSTS_SECONDS_MAX,
                    "for two years");

    /**
     * A host.
     *
     * @param expired whether its certificate is
     * @param hsts the choices, its own among them
     */
    public record Item(DomainViews.Domain domain, boolean expired, List<Choice> hsts) {}

    /**
     * How long browsers can be told to come by TLS alone.
     *
     * @param chosen whether they are told that now
     */
    public record Choice(int seconds, String label, boolean chosen) {}

    private final Pages pages;
    private final Frames frames;
    private final DomainsResource domains;
    private final InstantSource clock;

    DomainsPage(Pages pages, Frames frames, DomainsResource domains, InstantSource clock) {
        this.pages = pages;
        this.frames = frames;
        this.domains = domains;
        this.clock = clock;
    }

    @GET
    @Operation(hidden = true)
    @Needs(Right.DOMAINS_READ)
    public String page(
            @RestPath String tenant, @RestPath String app, @Context RoutingContext context) {
        return pages.of(
                "domains",
                frames.app(context, Section.DOMAINS, tenant, app),
                Map.of(
                        "items",
                        domains.list(tenant, app, "1000", null).domains().stream()
                                .map(this::item)
                                .toList()));
    }

    private Item item(DomainViews.Domain domain) {
        DomainRecord.Certificate certificate = domain.certificate();
        Instant now = clock.instant();
        TreeMap<Integer, String> labels = new TreeMap<>(HSTS);
        labels.putIfAbsent(domain.hstsSeconds(), "for %d seconds".formatted(domain.hstsSeconds()));
        return new Item(
                domain,
                certificate != null && certificate.notAfter().isBefore(now),
                labels.entrySet().stream()
                        .map(
                                entry ->
                                        new Choice(
                                                entry.getKey(),
                                                entry.getValue(),
                                                entry.getKey() == domain.hstsSeconds()))
                        .toList());
    }
}
