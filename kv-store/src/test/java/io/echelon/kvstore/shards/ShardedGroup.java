package io.echelon.kvstore.shards;

import io.echelon.kvstore.Await;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.ratis.Member;
import io.echelon.kvstore.ratis.RatisKvStore;
import io.echelon.kvstore.ratis.RatisOptions;
import io.echelon.kvstore.rocksdb.RocksOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.BooleanSupplier;

/** Three replicas of each shard of a store in this process, on free ports. */
final class ShardedGroup implements AutoCloseable {
    private static final UUID GROUP = UUID.fromString("00000000-0000-4000-8000-000000000004");
    private static final int MEMBERS = 3;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final Path folder;
    private final List<Member> members = new ArrayList<>();
    private final List<ShardedKvStore> open = new ArrayList<>();

    ShardedGroup(Path folder, int shards) throws IOException {
        this.folder = folder;
        List<ServerSocket> sockets = new ArrayList<>();
        for (int i = 0; i < MEMBERS; i++) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            sockets.add(socket);
            members.add(new Member("node-" + i, "127.0.0.1:" + socket.getLocalPort()));
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
        openAll(shards);
    }

    void openAll(int shards) {
        for (int i = 0; i < MEMBERS; i++) {
            open.add(ShardedKvStore.open(options(i), shards));
        }
    }

    /** Opens the first shards alone, as one that knows of no others. */
    List<RatisKvStore> openFirstShards() {
        List<RatisKvStore> first = new ArrayList<>();
        for (int i = 0; i < MEMBERS; i++) {
            first.add(RatisKvStore.open(options(i)));
        }
        return first;
    }

    private RatisOptions options(int index) {
        return RatisOptions.of(
                RocksOptions.of(folder.resolve("node-" + index)),
                GROUP,
                members.get(index),
                members,
                null);
    }

    ShardedKvStore store(int index) {
        return open.get(index);
    }

    List<ShardedKvStore> stores() {
        return List.copyOf(open);
    }

    /** A replica of a shard, whichever member has it. */
    RatisKvStore shard(int number) {
        return open.getFirst().replicas().get(number);
    }

    /** The member that leads a shard, once one does. */
    ShardedKvStore leaderOf(int shard) {
        awaitUntil(() -> open.stream().anyMatch(each -> each.replicas().get(shard).leads()));
        return open.stream()
                .filter(each -> each.replicas().get(shard).leads())
                .findFirst()
                .orElseGet(() -> leaderOf(shard));
    }

    /** Has a database moved and returns when that is done and every replica knows. */
    void move(String database, int shard) {
        Await.result(store(0).move(database, shard));
        awaitPlace(database, shard);
    }

    void awaitPlace(String database, int shard) {
        awaitUntil(
                () ->
                        open.stream()
                                .allMatch(
                                        store ->
                                                Await.result(
                                                                store.database("placements")
                                                                        .get(
                                                                                KvKey.of(
                                                                                        "database",
                                                                                        database)))
                                                        .map(row -> Placement.decode(row.value()))
                                                        .filter(Placement.in(shard)::equals)
                                                        .isPresent()));
    }

    static void awaitUntil(BooleanSupplier condition) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                throw new AssertionError("It did not come about within " + PATIENCE);
            }
            try {
                Thread.sleep(10);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    void closeAll() {
        open.forEach(ShardedKvStore::close);
        open.clear();
    }

    @Override
    public void close() {
        closeAll();
    }
}
