package io.echelon.edgeruntime;

import io.echelon.tenants.ErrorCode;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * The node's port for the other parts of the platform. Whoever asks must show the cluster's secret;
 * health alone is open, since those who probe it have none and it tells nothing.
 */
@Singleton
final class InternalPort {
    private static final int FIRST = 10_000;
    private static final String HEALTH = "/q/health";

    private final EdgeConfiguration configuration;
    private @Nullable Router router;
    private @Nullable ClusterSecret secret;
    private volatile boolean open;

    InternalPort(EdgeConfiguration configuration) {
        this.configuration = configuration;
    }

    void guard(@Observes Filters filters) {
        filters.register(this::guard, FIRST);
    }

    void routes(@Observes Router mainRouter) {
        router = mainRouter;
    }

    /** Where routes are added. */
    Router router() {
        Router known = router;
        if (known == null) {
            throw new IllegalStateException("The internal port is not there yet");
        }
        return known;
    }

    /** All routes are there; before, whoever asks is sent on. */
    void open() {
        open = true;
    }

    private void guard(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (context.normalizedPath().startsWith(HEALTH)
                || secret().isShownBy(request.getHeader("authorization"))) {
            if (open || context.normalizedPath().startsWith("/q/")) {
                context.next();
            } else {
                InternalAnswers.refuse(
                        request,
                        ErrorCode.UNAVAILABLE,
                        "The node is starting; ask another one, or try again");
            }
        } else {
            InternalAnswers.refuse(
                    request,
                    ErrorCode.UNAUTHENTICATED,
                    "This port is for the platform's own parts; show the cluster's secret as bearer token");
        }
    }

    private synchronized ClusterSecret secret() {
        ClusterSecret known = secret;
        if (known == null) {
            known = ClusterSecret.read(configuration.clusterSecretFile());
            secret = known;
        }
        return known;
    }
}
