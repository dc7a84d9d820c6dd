package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.kvstore.BlobHash;
import io.echelon.kvstore.CacheKey;
import io.echelon.kvstore.CacheName;
import io.echelon.kvstore.KvLimits;
import io.echelon.kvstore.files.FileCache;
import io.echelon.tenants.AppName;
import io.echelon.tenants.TenantName;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three nodes that keep entries, over real connections. */
@Timeout(60)
final class ClusterCacheTest {
    private static final CacheName CACHE = cache("default");
    private static final int NODES = 3;

    private final AtomicLong nanos = new AtomicLong();
    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = vertx.createHttpClient(NodeForwarding.options());
    private final List<FileCache> kept = new ArrayList<>();
    private final List<HttpServer> servers = new ArrayList<>();
    private final List<List<Peer>> peers = new ArrayList<>();
    private final List<ClusterCache> nodes = new ArrayList<>();

    @TempDir private Path folder;

    @BeforeEach
    void start() {
        for (int node = 0; node < NODES; node++) {
            FileCache entries =
                    FileCache.open(
                            folder.resolve("node-" + node),
                            new FileCache.Space(64 << 20, 0),
                            InstantSource.system());
            kept.add(entries);
            Router routes = Router.router(vertx);
            CacheRoutes.mount(routes, entries);
            servers.add(
                    vertx.createHttpServer(new HttpServerOptions())
                            .requestHandler(routes)
                            .listen(0, "127.0.0.1")
                            .toCompletionStage()
                            .toCompletableFuture()
                            .join());
        }
        for (int node = 0; node < NODES; node++) {
            List<Peer> others = new ArrayList<>();
            for (int other = 0; other < NODES; other++) {
                if (other != node) {
                    others.add(peer(other, false));
                }
            }
            peers.add(others);
            nodes.add(
                    new ClusterCache(
                            "node-" + node, false, kept.get(node), () -> others, nanos::get));
        }
    }

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private Peer peer(int node, boolean hasJoined) {
        Peer peer =
                new Peer(
                        "node-" + node,
                        Instant.EPOCH,
                        hasJoined,
                        false,
                        new Peer.Way(
                                URI.create("http://127.0.0.1:" + servers.get(node).actualPort()),
                                client,
                                null));
        answers(peer);
        return peer;
    }

    private static void answers(Peer peer) {
        peer.answered(null, 1_000_000);
        peer.answered(null, 1_000_000);
    }

    private static CacheName cache(String name) {
        return new CacheName(new TenantName("acme"), new AppName("shop"), BlobHash.of(bytes(name)));
    }

    private static CacheKey key(CacheName cache, int i) {
        return new CacheKey(cache, BlobHash.of(bytes("https://shop.example/" + i)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static byte[] read(ClusterCache node, CacheKey key) {
        return node.find(key)
                .thenCompose(
                        found ->
                                found == null
                                        ? CompletableFuture.completedFuture(null)
                                        : found.read())
                .join();
    }

    private static void until(java.util.function.BooleanSupplier holds) {
        while (!holds.getAsBoolean()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void whatOneNodeHasPutAllFindAndWhatOneHasDeletedIsGoneForAll() {
        for (int i = 0; i < 300; i++) {
            nodes.get(i % NODES).put(key(CACHE, i), bytes("entry " + i), null).join();
        }
        for (ClusterCache node : nodes) {
            for (int i = 0; i < 300; i++) {
                assertThat(read(node, key(CACHE, i))).isEqualTo(bytes("entry " + i));
            }
            assertThat(read(node, key(CACHE, 301))).isNull();
        }
        assertThat(kept).allMatch(entries -> entries.usedBytes() > 0);

        for (int i = 0; i < 300; i++) {
            assertThat(nodes.get((i + 1) % NODES).delete(key(CACHE, i)).join()).isTrue();
            assertThat(nodes.get(i % NODES).delete(key(CACHE, i)).join()).isFalse();
            assertThat(read(nodes.get((i + 2) % NODES), key(CACHE, i))).isNull();
        }
    }

    @Test
    void bytesComeWholeWhateverTheirSize() {
        byte[] large = new byte[KvLimits.CACHE_ENTRY_MAX_BYTES];
        new Random(1).nextBytes(large);
        for (int size : List.of(0, 1, 100_000, KvLimits.CACHE_ENTRY_MAX_BYTES)) {
            byte[] entry = java.util.Arrays.copyOf(large, size);
            for (int i = 0; i < 6; i++) {
                nodes.get(0).put(key(CACHE, i), entry, null).join();
                for (ClusterCache node : nodes) {
                    assertThat(read(node, key(CACHE, i))).isEqualTo(entry);
                }
            }
        }
    }

    @Test
    void manyReadersGetWhatIsThere() {
        for (int i = 0; i < 30; i++) {
            nodes.get(0).put(key(CACHE, i), bytes("entry " + i), null).join();
        }
        for (int round = 0; round < 200; round++) {
            List<CompletableFuture<byte[]>> reads = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                CacheKey key = key(CACHE, i);
                reads.add(CompletableFuture.supplyAsync(() -> read(nodes.get(1), key)));
            }
            for (int i = 0; i < 30; i++) {
                assertThat(reads.get(i).join()).isEqualTo(bytes("entry " + i));
            }
        }
    }

    @Test
    void aWholeCacheIsDroppedEverywhereAndOthersAreNot() {
        CacheName other = cache("other");
        for (int i = 0; i < 30; i++) {
            nodes.get(0).put(key(CACHE, i), bytes("a"), null).join();
            nodes.get(0).put(key(other, i), bytes("b"), null).join();
        }
        assertThat(nodes.get(1).has(CACHE).join()).isTrue();
        assertThat(nodes.get(2).delete(CACHE).join()).isTrue();
        assertThat(nodes.get(0).delete(CACHE).join()).isFalse();
        assertThat(nodes.get(1).has(CACHE).join()).isFalse();
        for (int i = 0; i < 30; i++) {
            assertThat(read(nodes.get(1), key(CACHE, i))).isNull();
            assertThat(read(nodes.get(1), key(other, i))).isEqualTo(bytes("b"));
        }
    }

    @Test
    void anEntryIsGoneWhenItsTimeIsOver() {
        Instant soon = Instant.now().plusMillis(300);
        for (int i = 0; i < 6; i++) {
            nodes.get(0).put(key(CACHE, i), bytes("a"), soon).join();
            nodes.get(0).put(key(CACHE, 10 + i), bytes("b"), soon.plusSeconds(60)).join();
        }
        until(() -> Instant.now().isAfter(soon));
        for (int i = 0; i < 6; i++) {
            assertThat(read(nodes.get(1), key(CACHE, i))).isNull();
            assertThat(read(nodes.get(1), key(CACHE, 10 + i))).isEqualTo(bytes("b"));
        }
    }

    @Test
    void aNodeThatWasAwayComesBackWithoutWhatItHad() {
        for (int i = 0; i < 30; i++) {
            nodes.get(0).put(key(CACHE, i), bytes("old"), null).join();
        }
        Peer second = peers.get(0).get(0);
        second.isAway();
        for (int i = 0; i < 30; i++) {
            nodes.get(0).put(key(CACHE, i), bytes("new"), null).join();
        }
        answers(second);
        for (int i = 0; i < 30; i++) {
            assertThat(read(nodes.get(0), key(CACHE, i))).isEqualTo(bytes("new"));
        }
        nodes.get(0).look();
        until(() -> !second.hasMissed());
        assertThat(kept.get(1).usedBytes()).isZero();
        int gone = 0;
        for (int i = 0; i < 30; i++) {
            byte[] found = read(nodes.get(0), key(CACHE, i));
            if (found == null) {
                gone++;
            } else {
                assertThat(found).isEqualTo(bytes("new"));
            }
        }
        assertThat(gone).as("that have their place there").isBetween(1, 29);
    }

    @Test
    void aNodeThatStoodStillDropsWhatItHasByItself() {
        CacheKey key = key(CACHE, 1);
        kept.get(0).put(key, bytes("old"), null);
        nanos.set(Duration.ofMillis(1_900).toNanos());
        nodes.get(0).look();
        assertThat(kept.get(0).find(key)).isNotNull();
        nanos.addAndGet(Duration.ofMillis(2_100).toNanos());
        nodes.get(0).look();
        assertThat(kept.get(0).find(key)).isNull();
    }

    @Test
    void aNodeThatDoesNotAnswerHasNothingAndDeletionsSaySo() {
        for (int i = 0; i < 30; i++) {
            nodes.get(0).put(key(CACHE, i), bytes("a"), null).join();
        }
        servers.get(1).close().toCompletionStage().toCompletableFuture().join();
        long found = 0;
        for (int i = 0; i < 30; i++) {
            nodes.get(0).put(key(CACHE, 100 + i), bytes("b"), null).join();
            found += read(nodes.get(0), key(CACHE, i)) == null ? 0 : 1;
        }
        assertThat(found).isBetween(10L, 29L);
        assertThatThrownBy(() -> nodes.get(0).delete(key(CACHE, 1)).join()).isNotNull();
    }

    @Test
    void nodesOfOtherMachinesKeepNothing() {
        List<Peer> others = List.of(peer(0, false), peer(1, false));
        ClusterCache joined =
                new ClusterCache("node-2", true, kept.get(2), () -> others, nanos::get);
        List<Peer> known = List.of(peer(1, false), peer(2, true));
        ClusterCache first =
                new ClusterCache("node-0", false, kept.get(0), () -> known, nanos::get);
        for (int i = 0; i < 30; i++) {
            joined.put(key(CACHE, i), bytes("a"), null).join();
            assertThat(read(first, key(CACHE, i))).isEqualTo(bytes("a"));
        }
        assertThat(kept.get(2).usedBytes()).isZero();
    }
}
