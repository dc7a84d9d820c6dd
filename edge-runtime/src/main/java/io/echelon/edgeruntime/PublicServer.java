package io.echelon.edgeruntime;

import io.echelon.tenants.Limits;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.Http1xServerConnection;
import io.vertx.core.impl.ContextInternal;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.KeyCertOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's share of a public port. As many are deployed as there are cores; Vert.x spreads
 * the connections over them.
 */
final class PublicServer extends AbstractVerticle {
    /** Room for the method and the version beside the address itself. */
    private static final int REQUEST_LINE_EXTRA_BYTES = 64;

    /** Streams of one connection at the same time. */
    static final int HTTP2_STREAMS_MAX = 256;

    private static final int BACKLOG = 4_096;

    private final PublicHandler.Services services;
    private final String bind;
    private final int port;
    private final @Nullable X509KeyManager certificates;
    private final Supplier<ConnectionLimits> limits;
    private final OpenConnections open;
    private @Nullable HttpServer server;

    /**
     * @param port to listen on; negative for a free one that all instances share
     * @param certificates for TLS; null is in the clear
     * @param limits asked for each connection; the handshake's and the sweep's once
     */
    PublicServer(
            PublicHandler.Services services,
            String bind,
            int port,
            @Nullable X509KeyManager certificates,
            Supplier<ConnectionLimits> limits) {
        this.services = services;
        this.bind = bind;
        this.port = port;
        this.certificates = certificates;
        this.limits = limits;
        this.open =
                new OpenConnections(
                        services.traffic().connections(), () -> limits.get().connections());
    }

    @Override
    public void start(Promise<Void> started) {
        ContextInternal loop = (ContextInternal) context;
        PublicHandler handler =
                new PublicHandler(
                        services, loop.nettyEventLoop(), certificates == null ? "http" : "https");
        HttpServer listening =
                new GuardedHttpServer((VertxInternal) vertx, options(), limits, open);
        server = listening;
        listening
                .requestHandler(handler::handle)
                .invalidRequestHandler(handler::handleInvalid)
                .connectionHandler(this::connected)
                .exceptionHandler(failure -> {})
                .listen()
                .<Void>mapEmpty()
                .onComplete(started);
        vertx.setPeriodic(limits.get().sweep().toMillis(), timer -> sweep());
    }

    /** The port that is listened on. */
    int actualPort() {
        HttpServer listening = server;
        return listening == null ? -1 : listening.actualPort();
    }

    /** Stops accepting; idle connections close at once. */
    Future<Void> drain() {
        Promise<Void> drained = Promise.promise();
        context.runOnContext(
                nothing ->
                        Future.all(open.all().stream().map(ConnectionGuard::drain).toList())
                                .<Void>mapEmpty()
                                .onComplete(drained));
        return drained.future();
    }

    private void connected(HttpConnection connection) {
        if (!(connection instanceof Http1xServerConnection)) {
            ConnectionGuard.of(connection).multiplexed(connection);
        }
    }

    private void sweep() {
        long now = System.nanoTime();
        for (ConnectionGuard guard : open.all()) {
            guard.closeIfOverdue(now);
        }
    }

    private HttpServerOptions options() {
        HttpServerOptions options =
                new HttpServerOptions()
                        .setHost(bind)
                        .setPort(port)
                        .setAcceptBacklog(BACKLOG)
                        .setTcpNoDelay(true)
                        .setReuseAddress(true)
                        .setMaxInitialLineLength(Limits.URL_MAX_BYTES + REQUEST_LINE_EXTRA_BYTES)
                        .setMaxHeaderSize(Limits.HEADERS_MAX_BYTES)
                        .setHttp2ClearTextEnabled(true)
                        .setInitialSettings(
                                new Http2Settings()
                                        .setMaxConcurrentStreams(HTTP2_STREAMS_MAX)
                                        .setMaxHeaderListSize(Limits.HEADERS_MAX_BYTES));
        if (certificates != null) {
            options.setSsl(true)
                    .setUseAlpn(true)
                    .setAlpnVersions(
                            new ArrayList<>(List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1)))
                    .setSni(false)
                    .setKeyCertOptions(KeyCertOptions.wrap(certificates));
            options.setEnabledSecureTransportProtocols(Set.of("TLSv1.3", "TLSv1.2"));
            options.setSslHandshakeTimeout(limits.get().handshake().toMillis())
                    .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
        }
        return options;
    }
}
