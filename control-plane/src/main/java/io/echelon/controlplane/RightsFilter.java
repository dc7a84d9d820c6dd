package io.echelon.controlplane;

import io.echelon.tenants.AuditRecord;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Right;
import io.echelon.tenants.TenantName;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.RoutingContext;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.lang.reflect.Method;
import java.time.InstantSource;
import java.util.Locale;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;
import org.jspecify.annotations.Nullable;

/**
 * Stands before every route of the REST layer: lets in who has the right that the route {@link
 * Needs}, answers what was done before, and keeps the audit of what is changed behind it.
 */
public final class RightsFilter {
    private static final Logger LOG = Logger.getLogger(RightsFilter.class);
    private static final String ROW = "audit-row";

    private record Begun(TenantName tenant, AuditRecord row) {}

    private final AuditTrail audit;
    private final Change change;
    private final Idempotency idempotency;
    private final InstantSource clock;

    RightsFilter(AuditTrail audit, Change change, Idempotency idempotency, InstantSource clock) {
        this.idempotency = idempotency;
        this.audit = audit;
        this.change = change;
        this.clock = clock;
    }

    @ServerRequestFilter
    public @Nullable Response enter(
            ContainerRequestContext request,
            ResourceInfo resource,
            UriInfo uri,
            RoutingContext context) {
        Method method = resource.getResourceMethod();
        if (method.isAnnotationPresent(OpenToAll.class)) {
            return null;
        }
        Needs needs = method.getAnnotation(Needs.class);
        if (needs == null) {
            throw new EchelonException(
                    ErrorCode.PERMISSION_DENIED,
                    "This route does not say which right it needs, so nobody may use it");
        }
        Caller caller = RightsGuard.caller(context);
        String tenant = parameter(uri, "tenant");
        String app = parameter(uri, "app");
        RightsGuard.require(
                caller, needs.value(), tenant, app == null ? parameter(uri, "database") : app);
        Response answered = idempotency.begin(request, context, caller);
        if (answered != null) {
            return answered;
        }
        TenantName audited = audited(tenant, needs);
        if (audited != null
                && needs.trace() == Needs.Trace.CHANGES
                && !context.request().method().equals(HttpMethod.GET)
                && !context.request().method().equals(HttpMethod.HEAD)) {
            begin(audited, action(method), caller, context);
        }
        return null;
    }

    @ServerResponseFilter
    public void leave(ContainerResponseContext response, RoutingContext context) {
        try {
            idempotency.end(response, context);
        } catch (EchelonException e) {
            LOG.errorf(e, "The answer of request %s is not kept", RequestGate.requestId(context));
        }
        Begun begun = context.get(ROW);
        if (begun == null) {
            return;
        }
        int status = response.getStatus();
        try {
            if (status < 400) {
                audit.write(
                        begun.tenant(),
                        begun.row().ended(AuditRecord.State.DONE, change.before(), change.after()));
            } else if (status < 500) {
                audit.forget(begun.tenant(), begun.row());
            } else {
                audit.write(
                        begun.tenant(), begun.row().ended(AuditRecord.State.FAILED, null, null));
            }
        } catch (EchelonException e) {
            LOG.errorf(
                    e,
                    "The audit row of request %s stays begun; it ended with status %d",
                    begun.row().requestId(),
                    status);
        }
    }

    /** Whose audit has a call; what concerns the platform is in that of the operator's tenant. */
    private static @Nullable TenantName audited(@Nullable String tenant, Needs needs) {
        if (tenant != null) {
            return new TenantName(tenant);
        }
        return needs.value() == Right.PLATFORM_OPERATE ? TenantName.DEFAULT : null;
    }

    private void begin(TenantName tenant, String action, Caller caller, RoutingContext context) {
        AuditRecord row = AuditTrail.row(clock.instant(), caller, action, context);
        audit.write(tenant, row);
        context.put(ROW, new Begun(tenant, row));
    }

    /** What a route does, in two words: {@code apps.promote} is that of {@link AppsResource}. */
    private static String action(Method method) {
        String noun = method.getDeclaringClass().getSimpleName().replace("Resource", "");
        return noun.substring(0, 1).toLowerCase(Locale.ROOT)
                + noun.substring(1)
                + "."
                + method.getName();
    }

    private static @Nullable String parameter(UriInfo uri, String name) {
        return uri.getPathParameters().getFirst(name);
    }
}
