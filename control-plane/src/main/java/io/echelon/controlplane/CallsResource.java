package io.echelon.controlplane;

import io.echelon.tenants.AppName;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.NodeRecord;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.Right;
import io.echelon.tenants.TenantName;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.net.URI;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.RequestBody;
import org.jboss.resteasy.reactive.RestPath;

/** Calls of an app, for who looks at it from where its addresses do not resolve. */
@Path("/api/v1/tenants/{tenant}/apps/{app}/calls")
@Produces(MediaType.APPLICATION_JSON)
@RunOnVirtualThread
public final class CallsResource {
    private final AppService apps;
    private final SystemDatabase database;
    private final FunctionCalls calls;

    CallsResource(AppService apps, SystemDatabase database, FunctionCalls calls) {
        this.apps = apps;
        this.database = database;
        this.calls = calls;
    }

    /** What it can do, everybody can who knows the public address; so it is no change. */
    @POST
    @Consumes(MediaType.APPLICATION_JSON)
    @Needs(value = Right.APPS_READ, trace = Needs.Trace.NOTHING)
    public CallViews.Answer call(
            @RestPath String tenant,
            @RestPath String app,
            @RequestBody(
                            required = true,
                            content =
                                    @Content(
                                            schema =
                                                    @Schema(
                                                            implementation =
                                                                    CallViews.Request.class)))
                    InputStream body) {
        TenantName tenantName = new TenantName(tenant);
        AppName appName = new AppName(app);
        CallViews.Request request = JsonBody.read(body, CallViews.Request.class);
        apps.require(tenantName, appName);
        List<NodeRecord> nodes = database.nodes();
        if (nodes.isEmpty()) {
            throw new EchelonException(
                    ErrorCode.UNAVAILABLE, "No node is alive to call; `edge nodes` lists those");
        }
        return calls.call(nodes.getFirst(), address(tenantName, appName, request), request);
    }

    private URI address(TenantName tenant, AppName app, CallViews.Request request) {
        if (request.revision() == null) {
            return URI.create(apps.addresses().production(tenant, app));
        }
        RevisionId id = new RevisionId(tenant, app, RevisionId.parseLabel(request.revision()));
        apps.require(id);
        return URI.create(apps.addresses().revision(id));
    }
}
