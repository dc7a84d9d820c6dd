package io.echelon.edgeruntime;

import io.echelon.tenants.ClusterTls;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Limits;
import io.vertx.core.Vertx;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.ext.web.Router;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/**
 * The internal port once more, for other machines: by TLS 1.3, and only for who shows a certificate
 * of the platform's authority. What that one may ask is for {@link ClusterPeers}.
 */
final class ClusterPort implements AutoCloseable {
    private static final int HANDSHAKE_SECONDS = 10;

    /** Longer than a function is silent that another node's caller waits for, or a watch. */
    private static final int IDLE_SECONDS = Limits.WALL_MS_MAX / 1_000 + 60;

    private final HttpServer server;

    private ClusterPort(HttpServer server) {
        this.server = server;
    }

    /**
     * Begins to listen.
     *
     * @throws EchelonException when the port is in use
     */
    static ClusterPort open(Vertx vertx, Router router, ClusterTls tls, String bind, int port) {
        HttpServerOptions options =
                new HttpServerOptions()
                        .setHost(bind)
                        .setPort(port)
                        .setReuseAddress(true)
                        .setTcpNoDelay(true)
                        .setMaxHeaderSize(ForwardedHead.MAX_BYTES)
                        .setSsl(true)
                        .setUseAlpn(false)
                        .setClientAuth(ClientAuth.REQUIRED)
                        .setKeyCertOptions(KeyCertOptions.wrap(tls.keys()))
                        .setTrustOptions(TrustOptions.wrap(tls.trust()));
        options.setEnabledSecureTransportProtocols(Set.of(ClusterTls.PROTOCOL));
        options.setSslHandshakeTimeout(HANDSHAKE_SECONDS)
                .setSslHandshakeTimeoutUnit(TimeUnit.SECONDS)
                .setIdleTimeout(IDLE_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS);
        try {
            return new ClusterPort(
                    vertx.createHttpServer(options)
                            .requestHandler(router)
                            .exceptionHandler(failure -> {})
                            .listen()
                            .toCompletionStage()
                            .toCompletableFuture()
                            .join());
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw new EchelonException(
                    ErrorCode.CONFLICT,
                    "Port %d on %s, for other machines, can't be listened on: %s"
                            .formatted(port, bind, cause.getMessage()),
                    e);
        }
    }

    int port() {
        return server.actualPort();
    }

    @Override
    public void close() {
        server.close().toCompletionStage().toCompletableFuture().join();
    }
}
