package io.echelon.controlplane.console;

import io.echelon.controlplane.AccessTokensResource;
import io.echelon.controlplane.AppsResource;
import io.echelon.controlplane.IdentityViews;
import io.echelon.controlplane.LimitsResource;
import io.echelon.controlplane.Needs;
import io.echelon.controlplane.SettingsResource;
import io.echelon.controlplane.Views;
import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.Limits;
import io.echelon.tenants.Right;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;

/** An app's limits, variables and secrets, and its end. */
@Path("/tenants/{tenant}/apps/{app}/settings")
@Produces(MediaType.TEXT_HTML)
@RunOnVirtualThread
public final class SettingsPage {
    private final Pages pages;
    private final Frames frames;
    private final AppsResource apps;
    private final LimitsResource limits;
    private final SettingsResource settings;
    private final AccessTokensResource tokens;

    /** A limit as the page shows it, with what it may be. */
    record Limit(String name, String title, String unit, int value, int min, int max) {}

    SettingsPage(
            Pages pages,
            Frames frames,
            AppsResource apps,
            LimitsResource limits,
            SettingsResource settings,
            AccessTokensResource tokens) {
        this.pages = pages;
        this.frames = frames;
        this.apps = apps;
        this.limits = limits;
        this.settings = settings;
        this.tokens = tokens;
    }

    @GET
    @Operation(hidden = true)
    @Needs(Right.ENV_READ)
    public String page(
            @RestPath String tenant, @RestPath String app, @Context RoutingContext context) {
        Frame frame = frames.app(context, Section.SETTINGS, tenant, app);
        Views.App shown = apps.get(tenant, app).getEntity();
        return pages.of(
                "settings",
                frame,
                Map.of(
                        "app", shown,
                        "limits", limitsOf(tenant, shown),
                        "variables", settings.variables(tenant, app).getEntity().variables(),
                        "secrets", settings.secrets(tenant, app).getEntity().secrets(),
                        "tokens", tokensOf(tenant, app, frame)));
    }

    private List<Limit> limitsOf(String tenant, Views.App app) {
        if (app.production() == null) {
            return List.of();
        }
        RestResponse<FunctionLimits> answer = limits.limits(tenant, app.name());
        FunctionLimits now = answer.getEntity();
        return List.of(
                new Limit("cpuMs", "CPU a request", "ms", now.cpuMs(), 1, Limits.CPU_MS_MAX),
                new Limit(
                        "memoryMb",
                        "Memory an isolate",
                        "MiB",
                        now.memoryMb(),
                        Limits.MEMORY_MB_MIN,
                        Limits.MEMORY_MB_MAX),
                new Limit(
                        "wallMs", "Time to the answer", "ms", now.wallMs(), 1, Limits.WALL_MS_MAX));
    }

    /** The services that may touch this app alone, for who may see tokens. */
    private List<IdentityViews.Token> tokensOf(String tenant, String app, Frame frame) {
        if (!frame.may(Right.TOKENS_WRITE.wireName())) {
            return List.of();
        }
        return tokens.list(tenant, "1000", null).tokens().stream()
                .filter(token -> app.equals(token.app()))
                .toList();
    }
}
