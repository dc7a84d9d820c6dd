package io.echelon.edgeruntime;

import io.echelon.kvstore.CacheKey;
import io.echelon.kvstore.CacheName;
import io.echelon.kvstore.EntryCache;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Functions' caches over all nodes. Each entry is on one of them, which all nodes find by {@link
 * Rendezvous}, so that what one node has put the others match, and what one has deleted is gone for
 * all. Nodes that joined from other machines keep none: they cannot reach each other.
 *
 * <p>A node that did not answer for a while may have missed changes: before it is asked again it is
 * told to drop what it has, and one that stood still does so by itself.
 *
 * <p><b>Lifecycle.</b> {@link #look} every second.
 *
 * <p><b>Failure.</b> A node that does not answer is taken for one that has nothing; a deletion
 * fails, since the entry may be there still.
 *
 * <p><b>Thread safety.</b> Any thread; none of it waits.
 */
final class ClusterCache {
    private static final Logger LOG = Logger.getLogger(ClusterCache.class);

    /** Others wait for an answer for a second before they go on without this node. */
    private static final Duration STOOD_STILL = Duration.ofSeconds(2);

    private final String self;
    private final boolean hasJoined;
    private final EntryCache here;
    private final CachePlace own;
    private final Supplier<List<Peer>> peers;
    private final LongSupplier nanos;
    private long lookedNanos;
    private final Set<Peer> catchingUp = ConcurrentHashMap.newKeySet();

    private record Node(String id, CachePlace place) {}

    /**
     * @param self this node's id
     * @param hasJoined whether it is on another machine than the platform's own
     * @param here what lies here
     * @param peers the other nodes that this one can ask
     * @param nanos the time, as {@link System#nanoTime} counts
     */
    ClusterCache(
            String self,
            boolean hasJoined,
            EntryCache here,
            Supplier<List<Peer>> peers,
            LongSupplier nanos) {
        this.self = self;
        this.hasJoined = hasJoined;
        this.here = here;
        this.own = new OwnCache(here);
        this.peers = peers;
        this.nanos = nanos;
        this.lookedNanos = nanos.getAsLong();
    }

    /** Sees whether this node, or another one, may have missed something. */
    void look() {
        long now = nanos.getAsLong();
        if (now - lookedNanos > STOOD_STILL.toNanos()) {
            here.clear();
        }
        lookedNanos = now;
        peers.get().stream()
                .filter(peer -> peer.answers() && peer.hasMissed() && !peer.hasJoined())
                .forEach(this::catchUp);
    }

    /** Looks for an entry; null when there is none, or its node does not answer. */
    CompletableFuture<CachePlace.@Nullable Found> find(CacheKey key) {
        return owner(key)
                .find(key)
                .exceptionally(
                        failure -> {
                            LOG.debugf(failure, "A cache does not answer");
                            return null;
                        });
    }

    /** Keeps an entry in the place of what was there, if it can. */
    CompletableFuture<@Nullable Void> put(CacheKey key, byte[] entry, @Nullable Instant expires) {
        return owner(key)
                .put(key, entry, expires)
                .exceptionally(
                        failure -> {
                            LOG.debugf(failure, "An entry of a cache is not kept");
                            return null;
                        });
    }

    /**
     * Removes an entry, wherever it was put when other nodes were there; tells if there was one.
     */
    CompletableFuture<Boolean> delete(CacheKey key) {
        return anywhere(place -> place.delete(key));
    }

    /** Whether there is any entry in a cache. */
    CompletableFuture<Boolean> has(CacheName cache) {
        return anywhere(place -> place.has(cache));
    }

    /** Removes all entries of a cache; says whether there was any. */
    CompletableFuture<Boolean> delete(CacheName cache) {
        return anywhere(place -> place.delete(cache));
    }

    private CachePlace owner(CacheKey key) {
        return Rendezvous.choose(CacheRoutes.path(key), nodes(), Node::id)
                .map(Node::place)
                .orElse(own);
    }

    private CompletableFuture<Boolean> anywhere(
            Function<CachePlace, CompletableFuture<Boolean>> operation) {
        CompletableFuture<Boolean> any = CompletableFuture.completedFuture(false);
        for (Node node : nodes()) {
            any = any.thenCombine(operation.apply(node.place()), Boolean::logicalOr);
        }
        return any;
    }

    /** The nodes that keep entries and can be asked. */
    private List<Node> nodes() {
        List<Node> nodes = new ArrayList<>();
        for (Peer peer : peers.get()) {
            if (peer.answers() && !peer.hasMissed() && !peer.hasJoined()) {
                nodes.add(new Node(peer.id(), new PeerCache(peer)));
            }
        }
        if (!hasJoined || nodes.isEmpty()) {
            nodes.add(new Node(self, own));
        }
        return nodes;
    }

    private void catchUp(Peer peer) {
        if (catchingUp.add(peer)) {
            var _ =
                    new PeerCache(peer)
                            .clear()
                            .whenComplete(
                                    (_, failure) -> {
                                        if (failure == null) {
                                            peer.caughtUp();
                                        }
                                        catchingUp.remove(peer);
                                    });
        }
    }
}
