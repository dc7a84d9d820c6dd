package io.echelon.edgeruntime;

import io.echelon.kvstore.files.FileCache;
import io.echelon.kvstore.rocksdb.RocksOptions;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.ext.web.Router;
import java.time.Clock;
import java.util.List;
import java.util.function.Supplier;

/** The caches of functions as a node has them: its own entries, and those of the others. */
final class NodeCaches {
    private final FileCache here;
    private final ClusterCache cluster;
    private final CacheMetrics metrics;
    private final Clock clock;

    private NodeCaches(FileCache here, ClusterCache cluster, CacheMetrics metrics, Clock clock) {
        this.here = here;
        this.cluster = cluster;
        this.metrics = metrics;
        this.clock = clock;
    }

    /**
     * Opens the caches with what earlier runs have left.
     *
     * @param hasJoined whether the node is on another machine than the platform's own
     * @param peers the other nodes; none while they are not known yet
     */
    static NodeCaches open(
            EdgeConfiguration configuration,
            boolean hasJoined,
            Supplier<List<Peer>> peers,
            MeterRegistry registry,
            Clock clock) {
        FileCache here =
                FileCache.open(
                        configuration.data().resolve("cache"),
                        new FileCache.Space(
                                (long) configuration.cacheMb() << 20,
                                RocksOptions.RESERVE_BYTES_DEFAULT),
                        clock);
        return new NodeCaches(
                here,
                new ClusterCache(configuration.nodeId(), hasJoined, here, peers, System::nanoTime),
                new CacheMetrics(registry, here),
                clock);
    }

    /** Lets the other nodes ask for entries that are here. */
    void mount(Router internal) {
        CacheRoutes.mount(internal, here);
    }

    /** Sees whether this node, or another one, may have missed something; once a second. */
    void look() {
        cluster.look();
    }

    /** What functions have of it. */
    CacheBinding binding(TenantGates gates, Traces traces) {
        return new CacheBinding(cluster, metrics, HostMemory.ofCaches(), gates, clock, traces);
    }
}
