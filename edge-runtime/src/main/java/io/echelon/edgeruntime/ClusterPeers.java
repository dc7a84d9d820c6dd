package io.echelon.edgeruntime;

import io.echelon.kvstore.KvDatabase;
import io.echelon.tenants.ClusterTls;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.NodeMemberRecord;
import io.echelon.tenants.SystemRows;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.RoutingContext;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Who may ask what on the port for other machines, by the certificate that is shown. A part of the
 * platform may ask everything. A node that joined may use the store, ask for what it needs to run
 * and hand on requests, while its row is there and has the certificate's key; once that row is gone
 * its requests are refused, and its connections end, within two seconds. All others may do nothing.
 *
 * <p><b>Lifecycle.</b> {@link #start} once, {@link #close} once.
 */
final class ClusterPeers implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ClusterPeers.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);
    private static final String PEER = "cluster-peer";
    private static final List<String> OF_NODES =
            List.of(
                    "/kv",
                    "/kv/",
                    "/blobs/",
                    CacheRoutes.PATH,
                    ClusterRoutes.SETTINGS,
                    ClusterRoutes.HOSTS,
                    ForwardRoutes.WARM,
                    ForwardedHead.PATH);

    /**
     * Who asks.
     *
     * @param node the node that does; null is a part of the platform
     * @param certificate what it showed; null for who showed the cluster's secret
     */
    record Peer(@Nullable String node, @Nullable X509Certificate certificate) {
        /** A part of the platform on this machine. */
        static final Peer HERE = new Peer(null, null);
    }

    private record Shown(String node, String keySha256, X509Certificate certificate) {}

    private record Looked(boolean isMember, long nanos) {}

    private final @Nullable KvDatabase system;
    private final Map<String, Looked> looked = new ConcurrentHashMap<>();
    private final Map<HttpConnection, Shown> connections = new ConcurrentHashMap<>();
    private final Repeated repeated = new Repeated("echelon-peers", INTERVAL, this::look);

    /**
     * @param system where the rows of members are; null when no node may ask anything
     */
    ClusterPeers(@Nullable KvDatabase system) {
        this.system = system;
    }

    void start() {
        repeated.start();
    }

    @Override
    public void close() {
        repeated.close();
    }

    /** Who sent a request that was let in. */
    static Peer of(RoutingContext context) {
        Peer peer = context.get(PEER);
        if (peer == null) {
            throw new IllegalStateException("A request was let in without knowing whose it is");
        }
        return peer;
    }

    /** Notes who sent a request. */
    static void note(RoutingContext context, Peer peer) {
        context.put(PEER, peer);
    }

    /**
     * Lets a request in, or refuses it.
     *
     * @param in run on the request's event loop when it may come in
     */
    void admit(RoutingContext context, Runnable in) {
        HttpServerRequest request = context.request();
        X509Certificate certificate = shown(request);
        if (certificate == null) {
            InternalAnswers.refuse(
                    request, ErrorCode.UNAUTHENTICATED, "This port needs a certificate");
            return;
        }
        List<String> names = ClusterTls.names(certificate);
        if (names.contains(ClusterTls.PLATFORM)) {
            note(context, new Peer(null, certificate));
            in.run();
            return;
        }
        String node = node(names);
        if (node == null || system == null || !mayAsk(context.normalizedPath())) {
            InternalAnswers.refuse(
                    request,
                    ErrorCode.PERMISSION_DENIED,
                    "A certificate of %s does not open this".formatted(names));
            return;
        }
        Shown shown = new Shown(node, ClusterTls.digest(certificate.getPublicKey()), certificate);
        HttpConnection connection = request.connection();
        if (connections.put(connection, shown) == null) {
            connection.closeHandler(_ -> connections.remove(connection));
        }
        Looked before = looked.get(key(shown));
        if (before != null && System.nanoTime() - before.nanos() < INTERVAL.toNanos()) {
            decide(context, shown, before.isMember(), in);
            return;
        }
        request.pause();
        Context loop = Vertx.currentContext();
        var _ =
                lookUp(shown)
                        .whenComplete(
                                (isMember, failure) ->
                                        loop.runOnContext(
                                                _ -> {
                                                    request.resume();
                                                    if (failure == null) {
                                                        decide(context, shown, isMember, in);
                                                    } else {
                                                        InternalAnswers.refuse(
                                                                request,
                                                                ErrorCode.UNAVAILABLE,
                                                                "The store does not answer; try again");
                                                    }
                                                }));
    }

    private static void decide(RoutingContext context, Shown shown, boolean isMember, Runnable in) {
        if (isMember) {
            note(context, new Peer(shown.node(), shown.certificate()));
            in.run();
        } else {
            InternalAnswers.refuse(
                    context.request(),
                    ErrorCode.PERMISSION_DENIED,
                    "The node %s is no part of the platform: it was removed, or another one has its name"
                            .formatted(shown.node()));
        }
    }

    private CompletableFuture<Boolean> lookUp(Shown shown) {
        KvDatabase database = system;
        if (database == null) {
            return CompletableFuture.completedFuture(false);
        }
        CompletableFuture<Optional<NodeMemberRecord>> found =
                SystemReader.find(
                        database, SystemRows.nodeMember(shown.node()), NodeMemberRecord.class);
        return found.thenApply(
                member -> {
                    boolean isMember =
                            member.filter(row -> row.keySha256().equals(shown.keySha256()))
                                    .isPresent();
                    if (isMember) {
                        looked.put(key(shown), new Looked(true, System.nanoTime()));
                    } else {
                        looked.remove(key(shown));
                    }
                    return isMember;
                });
    }

    /** Ends the connections of nodes that were removed, watches of databases among them. */
    private void look() {
        connections.forEach(
                (connection, shown) -> {
                    var _ =
                            lookUp(shown)
                                    .whenComplete(
                                            (isMember, failure) -> {
                                                if (failure == null && !isMember) {
                                                    LOG.infof(
                                                            "A connection of the node %s ends, which was removed",
                                                            shown.node());
                                                    connection.close();
                                                }
                                            });
                });
    }

    private static String key(Shown shown) {
        return shown.node() + " " + shown.keySha256();
    }

    private static boolean mayAsk(String path) {
        return OF_NODES.stream()
                .anyMatch(open -> open.endsWith("/") ? path.startsWith(open) : path.equals(open));
    }

    private static @Nullable String node(List<String> names) {
        String suffix = ClusterTls.nameOf("");
        return names.stream()
                .filter(name -> name.endsWith(suffix))
                .map(name -> name.substring(0, name.length() - suffix.length()))
                .findFirst()
                .orElse(null);
    }

    private static @Nullable X509Certificate shown(HttpServerRequest request) {
        SSLSession session = request.sslSession();
        try {
            return session == null ? null : (X509Certificate) session.getPeerCertificates()[0];
        } catch (SSLPeerUnverifiedException e) {
            return null;
        }
    }
}
