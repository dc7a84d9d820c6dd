package io.echelon.edgeruntime;

import io.echelon.tenants.ClusterTls;
import io.echelon.tenants.MasterKeys;
import io.quarkus.runtime.Quarkus;
import io.vertx.core.Vertx;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * How a node and parts of its platform on other machines know and reach each other. A node either
 * has the authority's key, and lets others in when it has a cluster port; or it joined, and has
 * what {@link JoinMain} got.
 *
 * <p><b>Lifecycle.</b> {@link #of}, then {@link #open} once the store is there; {@link #close}
 * once.
 */
final class ClusterAccess implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(ClusterAccess.class);
    private static final String IDENTITY = "cluster-identity";

    /** How long a handshake may wait for a certificate to be made. */
    private static final Duration HANDSHAKE = Duration.ofSeconds(1);

    private final EdgeConfiguration configuration;
    private final Clock clock;
    private final HostAuthority hosts;
    private final @Nullable ClusterTls tls;
    private final @Nullable Membership membership;
    private final Deque<AutoCloseable> closing = new ArrayDeque<>();

    private ClusterAccess(
            EdgeConfiguration configuration,
            Clock clock,
            HostAuthority hosts,
            @Nullable ClusterTls tls,
            @Nullable Membership membership) {
        this.configuration = configuration;
        this.clock = clock;
        this.hosts = hosts;
        this.tls = tls;
        this.membership = membership;
    }

    /** That of a node's configuration. */
    static ClusterAccess of(EdgeConfiguration configuration, Clock clock) {
        Path joined = configuration.clusterIdentity().orElse(null);
        if (joined != null) {
            JoinedFolder folder = new JoinedFolder(joined);
            ClusterTls tls = folder.tls();
            List<URI> platform = EdgeEnvironment.storeAddresses(configuration);
            ClusterClient client = new ClusterClient(platform, tls, ClusterClient.PATIENCE_DEFAULT);
            ClusterClient whileOthersWait = new ClusterClient(platform, tls, HANDSHAKE);
            return new ClusterAccess(
                    configuration,
                    clock,
                    new RemoteAuthority(
                            whileOthersWait, tls.authority(), folder.authority(), System::nanoTime),
                    tls,
                    new Membership(client, folder, ClusterAccess::end));
        }
        LocalAuthority authority =
                LocalAuthority.open(
                        configuration.ca().orElse(configuration.data().resolve("ca")), clock);
        return new ClusterAccess(
                configuration,
                clock,
                authority,
                configuration.clusterPort().isEmpty()
                        ? null
                        : MemberCertificate.openCluster(
                                configuration.data().resolve(IDENTITY),
                                authority,
                                configuration.nodeId(),
                                clock),
                null);
    }

    private static void end(String reason) {
        LOG.errorf("This node ends: %s", reason);
        Quarkus.asyncExit();
    }

    /** Who vouches for public hosts. */
    HostAuthority hosts() {
        return hosts;
    }

    /** By what it and nodes of other machines know each other; null when there are none. */
    @Nullable ClusterTls tls() {
        return tls;
    }

    /** Whether this node joined from another machine. */
    boolean hasJoined() {
        return membership != null;
    }

    /** The authority with its key, which a node that joined has not. */
    LocalAuthority localAuthority() {
        if (hosts instanceof LocalAuthority local) {
            return local;
        }
        throw EdgeEnvironment.refuse(
                "A node that joined has no replica of the store; leave out ECHELON_STORE_MEMBERS");
    }

    /** For connections to the nodes that have the store; null is in the clear, on this machine. */
    @Nullable SSLContext toPlatform() {
        return tls == null ? null : tls.to(ClusterTls.PLATFORM);
    }

    /** Listens for other machines, when this node is to; says where they reach it. */
    @Nullable URI open(Vertx vertx, InternalPort internal, NodeStore store) {
        if (hosts instanceof LocalAuthority authority && store.isHere()) {
            ClusterRoutes.mount(
                    internal.router(),
                    new ClusterRoutes.Parts(
                            authority,
                            new SystemReader(store.system()),
                            configuration.baseDomain(),
                            () ->
                                    MasterKeys.of(
                                            configuration.masterKey().orElse(null),
                                            configuration.masterKeyFile().orElse(null)),
                            clock));
        }
        if (membership != null) {
            membership.start();
            closing.push(membership);
        }
        ClusterTls own = tls;
        if (own == null) {
            return null;
        }
        ClusterPeers peers = new ClusterPeers(store.isHere() ? store.system() : null);
        closing.push(peers);
        internal.admit(peers);
        peers.start();
        String bind = configuration.clusterBind().orElse(configuration.bind());
        ClusterPort port =
                ClusterPort.open(
                        vertx, internal.router(), own, bind, configuration.clusterPort().orElse(0));
        closing.push(port);
        return configuration
                .clusterHost()
                .map(host -> PublicAddresses.at("https", host, port.port()))
                .orElseGet(
                        () ->
                                PublicAddresses.at(
                                        "https", bind, configuration.clusterHost(), port.port()));
    }

    @Override
    public void close() {
        if (hosts instanceof RemoteAuthority remote) {
            remote.close();
        }
        while (!closing.isEmpty()) {
            try {
                closing.pop().close();
            } catch (Exception e) {
                LOG.warn("A part of the node that is for other machines did not close well", e);
            }
        }
    }
}
