package io.echelon.edgeruntime;

import io.echelon.kvstore.BlobStore;
import io.echelon.kvstore.HeldStore;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvStore;
import io.echelon.kvstore.ReplicatedBlobStore;
import io.echelon.kvstore.connect.RemoteBlobStore;
import io.echelon.kvstore.connect.RemoteBlobStore.Extent;
import io.echelon.kvstore.connect.RemoteKvStore;
import io.echelon.kvstore.connect.RemoteOptions;
import io.echelon.kvstore.files.FileBlobStore;
import io.echelon.kvstore.ratis.MemberTls;
import io.echelon.kvstore.ratis.RatisKvStore;
import io.echelon.kvstore.ratis.RatisOptions;
import io.echelon.kvstore.rocksdb.RocksKvStore;
import io.echelon.kvstore.rocksdb.RocksOptions;
import io.echelon.kvstore.shards.ShardedKvStore;
import io.echelon.tenants.SystemRows;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * The platform's state as this node reaches it: databases and blobs, here or on other nodes.
 *
 * @param unbounded the same databases without the quotas of tenants: for what the platform itself
 *     has to write there, such as the answer to a request that was let in
 * @param held the same when this node has files of it; null when others have
 * @param blobs all blobs of the platform
 * @param copies those that lie on this node's disk
 * @param place whether others reach the store through this node
 * @param connections to other nodes, for blobs
 * @param ended completes when the store here ends by itself, which only a new start of the node can
 *     mend
 */
record NodeStore(
        KvStore kv,
        KvStore unbounded,
        @Nullable HeldStore held,
        BlobStore blobs,
        FileBlobStore copies,
        Place place,
        List<RemoteBlobStore> connections,
        CompletableFuture<Void> ended)
        implements AutoCloseable {

    /**
     * A node also runs guests: a full collection of its heap, or a start on a busy machine, keeps
     * it silent for half a second and more, and is no reason to elect another leader.
     */
    private static final Duration LEADER_SILENCE = Duration.ofMillis(800);

    private static final String FOLDER = "kv";
    private static final Duration COPY_CONNECT_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration COPY_ATTEMPT_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration COPY_REQUEST_TIMEOUT = Duration.ofSeconds(30);

    /** Where the store is. */
    enum Place {
        HERE,
        ELSEWHERE
    }

    /** Opens the store as a node's configuration has it. */
    static NodeStore open(
            EdgeConfiguration configuration,
            ClusterSecret secret,
            ClusterAccess cluster,
            Clock clock) {
        Path data = configuration.data();
        FileBlobStore copies = FileBlobStore.open(blobs(data), RocksOptions.RESERVE_BYTES_DEFAULT);
        StoreMembers members = StoreMembers.of(configuration).orElse(null);
        if (members != null) {
            MemberTls tls =
                    MemberCertificate.open(
                            ofReplica(data, "store-identity", configuration, members),
                            cluster.localAuthority(),
                            members.self().id(),
                            clock);
            return replica(configuration, members, tls, secret, copies);
        }
        return configuration.store().equals("local")
                ? local(data, copies)
                : remote(
                        RemoteOptions.of(
                                        EdgeEnvironment.storeAddresses(configuration),
                                        secret.value())
                                .withTls(cluster.toPlatform()),
                        copies);
    }

    /** This node has the store, and no other has. */
    private static NodeStore local(Path data, FileBlobStore copies) {
        RocksKvStore kv = RocksKvStore.open(RocksOptions.of(folder(data)));
        return new NodeStore(
                kv, kv, kv, copies, copies, Place.HERE, List.of(), new CompletableFuture<>());
    }

    /** This node is one of several that each have the store. */
    private static NodeStore replica(
            EdgeConfiguration configuration,
            StoreMembers members,
            MemberTls tls,
            ClusterSecret secret,
            FileBlobStore copies) {
        RatisOptions options =
                RatisOptions.of(
                                RocksOptions.of(
                                        ofReplica(
                                                configuration.data(),
                                                FOLDER,
                                                configuration,
                                                members)),
                                members.group(),
                                members.self(),
                                members.all(),
                                tls)
                        .withListeners(members.listeners())
                        .withLeaderSilence(LEADER_SILENCE);
        Replicas opened =
                Replicas.open(options.withOrigin(origin(configuration, members)), members.shards());
        HeldStore kv = opened.store();
        if (members.isListener()) {
            RemoteBlobStore blobs =
                    RemoteBlobStore.open(RemoteOptions.of(members.voters(), secret.value()));
            return new NodeStore(
                    kv, kv, kv, blobs, copies, Place.ELSEWHERE, List.of(blobs), opened.ended());
        }
        List<RemoteBlobStore> others =
                members.voters().stream().map(node -> copiesOf(node, secret)).toList();
        if (members.replaces() != null) {
            try {
                ReplicaReplacement.ask(members, members.replaces(), secret);
            } catch (RuntimeException e) {
                kv.close();
                throw e;
            }
        }
        return new NodeStore(
                kv,
                kv,
                kv,
                new ReplicatedBlobStore(copies, List.copyOf(others)),
                copies,
                Place.HERE,
                others,
                opened.ended());
    }

    /** The replicas of all shards that this node has. */
    private record Replicas(HeldStore store, CompletableFuture<Void> ended) {
        static Replicas open(RatisOptions options, int shards) {
            if (shards > 1) {
                ShardedKvStore several = ShardedKvStore.open(options, shards);
                return new Replicas(several, several.ended());
            }
            ShardedKvStore.requireAll(options.state().folder(), shards);
            RatisKvStore one = RatisKvStore.open(options);
            return new Replicas(one, one.ended());
        }
    }

    private static RatisOptions.Origin origin(
            EdgeConfiguration configuration, StoreMembers members) {
        if (members.isListener() || members.replaces() != null) {
            return RatisOptions.Origin.OTHERS;
        }
        return configuration.storeCarriedOver()
                ? RatisOptions.Origin.SAME_COPY
                : RatisOptions.Origin.EMPTY;
    }

    private static RemoteBlobStore copiesOf(URI node, ClusterSecret secret) {
        RemoteOptions usual = RemoteOptions.of(node, secret.value());
        return RemoteBlobStore.open(
                new RemoteOptions(
                        usual.bases(),
                        usual.token(),
                        COPY_CONNECT_TIMEOUT,
                        COPY_ATTEMPT_TIMEOUT,
                        COPY_REQUEST_TIMEOUT,
                        usual.watchSilence(),
                        usual.clock(),
                        null),
                Extent.NODE);
    }

    /** Other nodes have the store. */
    private static NodeStore remote(RemoteOptions options, FileBlobStore copies) {
        RemoteBlobStore blobs = RemoteBlobStore.open(options);
        KvStore kv = RemoteKvStore.open(options);
        return new NodeStore(
                kv,
                kv,
                null,
                blobs,
                copies,
                Place.ELSEWHERE,
                List.of(blobs),
                new CompletableFuture<>());
    }

    /** Where a node keeps the store. */
    static Path folder(Path data) {
        return data.resolve(FOLDER);
    }

    /**
     * A folder of this node's replica. One that took the place of another has folders of its own:
     * what the other one left, or is found again, must not be taken for its own.
     */
    private static Path ofReplica(
            Path data, String name, EdgeConfiguration configuration, StoreMembers members) {
        String replica = members.self().id();
        return data.resolve(replica.equals(configuration.nodeId()) ? name : name + "." + replica);
    }

    /** Where a node keeps blobs. */
    static Path blobs(Path data) {
        return data.resolve("blobs");
    }

    /**
     * The same with commits that are counted and timed, and held to quotas by each node that has
     * files of the store; others hand their commits to one of those.
     */
    NodeStore metered(MeterRegistry registry, TenantGates gates) {
        MeteredStore.Meters meters = MeteredStore.Meters.register(registry);
        KvStore bounded = held == null ? kv : new BoundedStore(kv, held, gates);
        return new NodeStore(
                new MeteredStore(bounded, meters),
                new MeteredStore(kv, meters),
                held,
                blobs,
                copies,
                place,
                connections,
                ended);
    }

    /** Databases for functions and callers, who are not to wait for a store that is away. */
    KvStore forCallers(StoreReach reach) {
        return held == null ? new AnsweringStore(kv, reach) : kv;
    }

    /** Whether other parts of the platform reach the store through this node. */
    boolean isHere() {
        return place == Place.HERE;
    }

    /** Blobs as this node uses them itself. */
    LocalBlobs files() {
        return new LocalBlobs(copies, blobs);
    }

    /** The platform's own database. */
    KvDatabase system() {
        return kv.database(SystemRows.DATABASE);
    }

    @Override
    public void close() {
        kv.close();
        connections.forEach(RemoteBlobStore::close);
    }
}
