package io.echelon.controlplane;

import io.echelon.tenants.AppName;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Right;
import io.echelon.tenants.TenantName;
import io.vertx.ext.web.RoutingContext;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Whether a caller may use a route. What a caller cannot see is not found, whether it exists or
 * not; what it can see and may not do is denied, by the name of the right.
 */
final class RightsGuard {
    private static final String CALLER = "caller";
    private static final String CREDENTIAL = "credential";

    /** Rights that a token for one app has also on routes which name no app. */
    private static final Set<Right> WITHOUT_APP = Set.of(Right.PLATFORM_READ, Right.APPS_DEPLOY);

    private RightsGuard() {}

    /** Notes who sent a request. */
    static void admit(RoutingContext context, Identification.Known known) {
        context.put(CALLER, known.caller());
        context.put(CREDENTIAL, known.by());
    }

    /** By what its sender was recognized; null for a short-lived token. */
    static @Nullable Credential credential(RoutingContext context) {
        return context.get(CREDENTIAL);
    }

    /** Who sent a request. */
    static Caller caller(RoutingContext context) {
        Caller caller = context.get(CALLER);
        if (caller == null) {
            throw new EchelonException(
                    ErrorCode.UNAUTHENTICATED, "This needs a token; `edge login` signs in");
        }
        return caller;
    }

    /**
     * Refuses a caller that may not use a route.
     *
     * @param tenant the route's parameter; null when it has none
     * @param thing the route's parameter {@code app} or {@code database}, which are called the same
     *     when they belong together; null when it has none
     */
    static void require(
            Caller caller, Right right, @Nullable String tenant, @Nullable String thing) {
        TenantName onlyTenant = caller.onlyTenant();
        if (onlyTenant != null && tenant != null && !onlyTenant.value().equals(tenant)) {
            throw new EchelonException(
                    ErrorCode.NOT_FOUND,
                    "This token sees tenant \"%s\" only, and the path names another; `edge whoami` shows what a token is for"
                            .formatted(onlyTenant));
        }
        AppName onlyApp = caller.onlyApp();
        if (onlyApp != null && thing != null && !onlyApp.value().equals(thing)) {
            throw new EchelonException(
                    ErrorCode.NOT_FOUND,
                    "This token sees app \"%s\" of tenant \"%s\" only, and the path names something else"
                            .formatted(onlyApp, onlyTenant));
        }
        if (!caller.rights().contains(right)) {
            throw denied(caller, right);
        }
        if (onlyApp != null && thing == null && !WITHOUT_APP.contains(right)) {
            throw new EchelonException(
                    ErrorCode.PERMISSION_DENIED,
                    "This is about all of tenant \"%s\", and this token is for its app \"%s\" only"
                            .formatted(onlyTenant, onlyApp));
        }
    }

    private static EchelonException denied(Caller caller, Right right) {
        String who =
                switch (caller) {
                    case Caller.Operator _ -> "the operator";
                    case Caller.Member member ->
                            "a %s of tenant \"%s\""
                                    .formatted(member.role().wireName(), member.tenant());
                    case Caller.Service service ->
                            "the service token %s".formatted(service.token().id());
                    case Caller.Bearer bearer -> "this short-lived token of " + bearer.actor();
                };
        return new EchelonException(
                ErrorCode.PERMISSION_DENIED,
                "This needs the right %s, which %s has not; %ss have it"
                        .formatted(right.wireName(), who, right.least().wireName()));
    }
}
