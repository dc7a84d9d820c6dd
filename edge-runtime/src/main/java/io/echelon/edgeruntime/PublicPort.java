package io.echelon.edgeruntime;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.vertx.core.DeploymentOptions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.BindException;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import javax.net.ssl.X509KeyManager;
import org.jspecify.annotations.Nullable;

/** One public port of a node, served by as many event loops as there are cores. */
final class PublicPort {
    /**
     * Numbers, below zero, under which Vert.x shares a port that it chooses; far from -1, which
     * Quarkus takes for its own.
     */
    private static final AtomicInteger FREE_PORTS = new AtomicInteger(-10_000);

    private final List<PublicServer> servers = new CopyOnWriteArrayList<>();
    private final Vertx vertx;
    private final String deployment;
    private final int port;

    private PublicPort(Vertx vertx, String deployment, List<PublicServer> servers) {
        this.vertx = vertx;
        this.deployment = deployment;
        this.servers.addAll(servers);
        this.port = servers.getFirst().actualPort();
    }

    /**
     * Begins to listen.
     *
     * @param port 0 for a free one
     * @param certificates for TLS; null is in the clear
     * @param limits asked for each connection; the handshake's and the sweep's once
     * @throws EchelonException when the port is in use
     */
    static PublicPort open(
            Vertx vertx,
            PublicHandler.Services services,
            String bind,
            int port,
            @Nullable X509KeyManager certificates,
            Supplier<ConnectionLimits> limits) {
        List<PublicServer> servers = new CopyOnWriteArrayList<>();
        int shared = port == 0 ? FREE_PORTS.getAndDecrement() : port;
        try {
            String deployment =
                    vertx.deployVerticle(
                                    () -> {
                                        PublicServer server =
                                                new PublicServer(
                                                        services,
                                                        bind,
                                                        shared,
                                                        certificates,
                                                        limits);
                                        servers.add(server);
                                        return server;
                                    },
                                    new DeploymentOptions()
                                            .setInstances(
                                                    Runtime.getRuntime().availableProcessors()))
                            .toCompletionStage()
                            .toCompletableFuture()
                            .join();
            return new PublicPort(vertx, deployment, servers);
        } catch (CompletionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            throw cause instanceof BindException
                    ? new EchelonException(
                            ErrorCode.CONFLICT,
                            "Port %d on %s is in use by another process; stop that one or choose another port"
                                    .formatted(port, bind),
                            e)
                    : new EchelonException(
                            ErrorCode.INVALID_CONFIGURATION,
                            "Port %d on %s can't be listened on: %s"
                                    .formatted(port, bind, cause.getMessage()),
                            e);
        }
    }

    int port() {
        return port;
    }

    /** Stops accepting connections; those that are idle close now, others with their response. */
    void drain() {
        Future.all(servers.stream().map(PublicServer::drain).toList())
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    /** Closes what is still open. */
    void close() {
        vertx.undeploy(deployment).toCompletionStage().toCompletableFuture().join();
    }
}
