package io.echelon.controlplane;

import io.echelon.tenants.AppName;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Right;
import io.echelon.tenants.SettingRecord;
import io.echelon.tenants.SettingRecord.Kind;
import io.echelon.tenants.TenantName;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.jboss.resteasy.reactive.RestHeader;
import org.jboss.resteasy.reactive.RestPath;
import org.jboss.resteasy.reactive.RestResponse;
import org.jspecify.annotations.Nullable;

/** An app's variables and secrets; a change of them is a new revision of the same bundle. */
@Path("/api/v1/tenants/{tenant}/apps/{app}")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class SettingsResource {
    private static final int AUDITED_MAX = 40;
    private static final int AUDITED_CHARS = 100;

    private final SettingsService settings;
    private final DeploymentService deployments;
    private final Change change;

    SettingsResource(SettingsService settings, DeploymentService deployments, Change change) {
        this.settings = settings;
        this.deployments = deployments;
        this.change = change;
    }

    @GET
    @Path("/env")
    @Needs(Right.ENV_READ)
    public RestResponse<SettingsViews.Variables> variables(
            @RestPath String tenant, @RestPath String app) {
        return settings.variables(new TenantName(tenant), new AppName(app)).answer();
    }

    @PATCH
    @Path("/env")
    @Consumes(MediaType.APPLICATION_JSON)
    @Needs(Right.ENV_WRITE)
    public SettingsViews.Changed changeVariables(
            @RestPath String tenant,
            @RestPath String app,
            @RestHeader(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            schema =
                                                    @Schema(
                                                            implementation =
                                                                    SettingsViews.Changes.class)))
                    InputStream body) {
        return change(new TenantName(tenant), new AppName(app), Kind.VARIABLE, ifMatch, body);
    }

    @GET
    @Path("/secrets")
    @Needs(Right.ENV_READ)
    public RestResponse<SettingsViews.Secrets> secrets(
            @RestPath String tenant, @RestPath String app) {
        return settings.secrets(new TenantName(tenant), new AppName(app)).answer();
    }

    @PATCH
    @Path("/secrets")
    @Consumes(MediaType.APPLICATION_JSON)
    @Needs(Right.SECRETS_WRITE)
    public SettingsViews.Changed changeSecrets(
            @RestPath String tenant,
            @RestPath String app,
            @RestHeader(HttpHeaders.IF_MATCH) @Nullable String ifMatch,
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            schema =
                                                    @Schema(
                                                            implementation =
                                                                    SettingsViews.Changes.class)))
                    InputStream body) {
        return change(new TenantName(tenant), new AppName(app), Kind.SECRET, ifMatch, body);
    }

    private SettingsViews.Changed change(
            TenantName tenant, AppName app, Kind kind, @Nullable String ifMatch, InputStream body) {
        SettingsViews.Changes changes = read(body);
        Map<String, String> set = changes.set() == null ? Map.of() : changes.set();
        List<String> unset = changes.unset() == null ? List.of() : changes.unset();
        Map<String, @Nullable SettingRecord> before =
                settings.change(tenant, app, kind, set, unset, IfMatch.of(ifMatch));
        audit(kind, before, set);
        String note =
                "%s changed: %s"
                        .formatted(
                                kind == Kind.SECRET ? "secrets" : "env",
                                String.join(", ", before.keySet()));
        return new SettingsViews.Changed(
                deployments
                        .redeploy(tenant, app, note)
                        .map(revision -> revision.id().label())
                        .orElse(null));
    }

    /** What is wrong with the body is not told in its own words, which may be a secret's. */
    private static SettingsViews.Changes read(InputStream body) {
        try {
            return JsonBody.read(body, SettingsViews.Changes.class);
        } catch (EchelonException e) {
            throw new EchelonException(
                    e.code() == ErrorCode.PAYLOAD_TOO_LARGE
                            ? ErrorCode.PAYLOAD_TOO_LARGE
                            : ErrorCode.INVALID_ARGUMENT,
                    "The body must be JSON of at most 8 MiB such as {\"set\":{\"NAME\":\"text\"},\"unset\":[\"NAME\"]}, each value a text");
        }
    }

    private void audit(
            Kind kind, Map<String, @Nullable SettingRecord> before, Map<String, String> set) {
        Map<String, String> was = new TreeMap<>();
        Map<String, String> is = new TreeMap<>();
        before.entrySet().stream()
                .limit(AUDITED_MAX)
                .forEach(
                        entry -> {
                            SettingRecord old = entry.getValue();
                            if (old != null) {
                                was.put(entry.getKey(), cut(settings.shown(old)));
                            }
                            String value = set.get(entry.getKey());
                            if (value != null) {
                                is.put(
                                        entry.getKey(),
                                        kind == Kind.SECRET ? SettingsViews.MASK : cut(value));
                            }
                        });
        change.from(was);
        change.to(is);
    }

    private static String cut(String value) {
        return value.length() <= AUDITED_CHARS ? value : value.substring(0, AUDITED_CHARS) + "…";
    }
}
