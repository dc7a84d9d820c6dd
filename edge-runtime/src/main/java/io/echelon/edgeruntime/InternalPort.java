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
 * The node's port for the other parts of the platform. Whoever asks must show the cluster's secret,
 * on this machine, or a certificate on the {@link ClusterPort}; health alone is open on this
 * machine, since those who probe it have none and it tells nothing.
 */
@Singleton
final class InternalPort {
    /** Where it listens, for this machine alone. */
    static final String HOST = "127.0.0.1";

    private static final int FIRST = 10_000;
    private static final String HEALTH = "/q/health";

    private final EdgeConfiguration configuration;
    private @Nullable Router router;
    private @Nullable ClusterSecret secret;
    private volatile @Nullable ClusterPeers peers;
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

    /** Has requests by TLS be let in, which come from other machines. */
    void admit(ClusterPeers others) {
        peers = others;
    }

    private void guard(RoutingContext context) {
        HttpServerRequest request = context.request();
        if (request.isSSL()) {
            guardOthers(context);
            return;
        }
        ClusterPeers.note(context, ClusterPeers.Peer.HERE);
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

    /** Requests of other machines show certificates; what is behind looks for the secret. */
    private void guardOthers(RoutingContext context) {
        ClusterPeers others = peers;
        if (others == null || !open) {
            InternalAnswers.refuse(
                    context.request(),
                    ErrorCode.UNAVAILABLE,
                    "The node is starting; ask another one, or try again");
            return;
        }
        others.admit(
                context,
                () -> {
                    context.request().headers().set("authorization", "Bearer " + secret().value());
                    context.next();
                });
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
