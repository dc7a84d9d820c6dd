package io.echelon.edgeruntime;

import io.echelon.isolatepool.IsolatePool;
import io.echelon.tenants.ClusterTls;
import io.echelon.tenants.NodeRecord;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.TrustOptions;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * How a node hands requests on to the others, and answers theirs.
 *
 * <p><b>Lifecycle.</b> {@link #begin} once the node knows the others, {@link #close} once.
 */
final class NodeForwarding implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(NodeForwarding.class);
    private static final int CONNECTIONS_PER_NODE = 256;
    private static final int WAITING_PER_NODE = 64;
    private static final int KEEP_ALIVE_SECONDS = 60;

    private final ClusterSecret secret;
    private final BooleanSupplier isOn;
    private final Parts parts;
    private final WarmHere warm;
    private final Peers peers;
    private final Forwarding forwarding;
    private final HttpClient plain;
    private final ConcurrentMap<String, HttpClient> secure = new ConcurrentHashMap<>();

    /**
     * What it works with.
     *
     * @param rows has the nodes that are alive
     * @param reach whether functions find their databases here
     */
    record Parts(
            Vertx vertx,
            MeterRegistry registry,
            ClusterAccess cluster,
            SystemReader rows,
            StoreReach reach,
            Admission admission,
            Router router,
            Traffic traffic,
            Traces traces) {}

    /**
     * @param isOn whether the operator wants requests to be handed on and taken
     */
    NodeForwarding(EdgeConfiguration configuration, BooleanSupplier isOn, Parts parts) {
        this.secret = ClusterSecret.read(configuration.clusterSecretFile());
        this.isOn = isOn;
        this.parts = parts;
        IsolatePool pool = parts.admission().pool();
        this.plain = client(parts.vertx(), options());
        this.warm = new WarmHere(pool, parts.router());
        this.peers =
                new Peers(configuration.nodeId(), isOn, parts.rows()::nodes, this::way, this::look);
        this.forwarding =
                new Forwarding(
                        new Forwarding.Parts(
                                isOn, pool, parts.router(), parts.admission().load(), peers::all),
                        parts.registry());
    }

    /** The other nodes that this one can ask. */
    List<Peer> peers() {
        return peers.all();
    }

    /** Whether a node was asked and does not answer. */
    boolean isSilent(String node) {
        return peers.all().stream().anyMatch(peer -> peer.id().equals(node) && peer.isSilent());
    }

    /** Hands on what callers send here. */
    Forwarding forwarding() {
        return forwarding;
    }

    /**
     * Begins to answer the others and to ask them.
     *
     * @param internal the routes of this node's internal port
     */
    void begin(io.vertx.ext.web.Router internal, Supplier<Duration> bodyLimit) {
        ForwardRoutes.mount(
                internal,
                new ForwardRoutes.Parts(
                        parts.admission(),
                        new LoadedHere(parts.router(), parts.admission().pool()),
                        parts.traffic(),
                        parts.traces(),
                        this::isReady,
                        warm::list,
                        bodyLimit));
        peers.start();
    }

    @Override
    public void close() {
        peers.close();
        plain.close();
        secure.values().forEach(HttpClient::close);
    }

    private boolean isReady() {
        return isOn.getAsBoolean()
                && !parts.traffic().isDraining()
                && !parts.reach().isAway()
                && parts.admission().load().refusal().isEmpty();
    }

    private void look() {
        warm.look();
        forwarding.sweep();
    }

    /** How this node asks another one; null when it cannot. */
    private Peer.@Nullable Way way(NodeRecord row) {
        URI elsewhere = row.cluster();
        ClusterTls tls = parts.cluster().tls();
        if (parts.cluster().hasJoined()) { // believes, and is believed by, the platform alone
            return row.hasJoined() || elsewhere == null || tls == null
                    ? null
                    : new Peer.Way(elsewhere, secure(tls, ClusterTls.PLATFORM), null);
        }
        if (row.hasJoined()) {
            return elsewhere == null || tls == null
                    ? null
                    : new Peer.Way(elsewhere, secure(tls, ClusterTls.nameOf(row.id())), null);
        }
        return InternalPort.HOST.equals(row.internal().getHost())
                ? new Peer.Way(row.internal(), plain, "Bearer " + secret.value())
                : null;
    }

    /** A client for who has a name, and for nobody else. */
    private HttpClient secure(ClusterTls tls, String name) {
        return secure.computeIfAbsent(
                name,
                _ -> {
                    HttpClientOptions options =
                            options()
                                    .setSsl(true)
                                    .setVerifyHost(false) // names say what nodes are, not where
                                    .setKeyCertOptions(KeyCertOptions.wrap(tls.keys()))
                                    .setTrustOptions(TrustOptions.wrap(tls.trust(name)));
                    options.setEnabledSecureTransportProtocols(Set.of(ClusterTls.PROTOCOL));
                    return client(parts.vertx(), options);
                });
    }

    /** Asks other processes of the platform. */
    static HttpClient client(Vertx vertx, HttpClientOptions options) {
        return vertx.httpClientBuilder()
                .with(options)
                .with(pool())
                .withConnectHandler(
                        made -> made.exceptionHandler(end -> LOG.debugf(end, "A node is gone")))
                .build();
    }

    /** How another node is spoken to; in the clear. */
    static HttpClientOptions options() {
        return new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_1_1)
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setMaxHeaderSize(ForwardedHead.MAX_BYTES)
                .setDecompressionSupported(false)
                .setTcpNoDelay(true);
    }

    private static PoolOptions pool() {
        return new PoolOptions()
                .setHttp1MaxSize(CONNECTIONS_PER_NODE)
                .setMaxWaitQueueSize(WAITING_PER_NODE);
    }
}
