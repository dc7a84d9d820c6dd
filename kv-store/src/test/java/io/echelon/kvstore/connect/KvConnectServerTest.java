package io.echelon.kvstore.connect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Await;
import io.echelon.kvstore.HeldClock;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.Order;
import io.echelon.kvstore.RangeRead;
import io.echelon.kvstore.rocksdb.RocksKvStore;
import io.echelon.kvstore.rocksdb.RocksOptions;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KvConnectServerTest {
    private static final int ROUNDS = 5_000;

    @TempDir Path folder;

    private final HeldClock clock = new HeldClock();
    private RocksKvStore store;
    private KvConnectServer server;

    @BeforeEach
    void open() {
        store = RocksKvStore.open(RocksOptions.of(folder).withReserveBytes(0).withClock(clock));
        server =
                new KvConnectServer(
                        store,
                        (token, database) ->
                                CompletableFuture.completedFuture(
                                        token.equals("t-" + database)
                                                ? KvAccess.Grant.READ_WRITE
                                                : KvAccess.Grant.NONE),
                        clock,
                        "/kv",
                        "system");
    }

    @AfterEach
    void close() {
        server.close();
        store.close();
    }

    @Test
    void tellsMetadataInTheNewestVersionThatBothSpeak() throws IOException {
        JsonNode three = metadata("/kv", "system", "{\"supportedVersions\":[1,2,3,4]}");
        assertThat(three.path("version").asInt()).isEqualTo(3);
        assertThat(three.path("databaseId").asText())
                .isEqualTo(Await.result(store.database("system").id()).toString());
        assertThat(three.path("endpoints").get(0).path("url").asText()).isEqualTo("/kv/system/v2");
        assertThat(three.path("endpoints").get(0).path("consistency").asText()).isEqualTo("strong");
        assertThat(three.path("token").asText()).isEqualTo("t-system");
        assertThat(three.path("expiresAt").asText()).isEqualTo("2026-01-01T01:00:00Z");
        assertThat(three).hasSize(5);

        JsonNode one = metadata("/kv/other", "other", "");
        assertThat(one.path("version").asInt()).isEqualTo(1);
        assertThat(one.path("endpoints").get(0).path("url").asText())
                .isEqualTo("https://node.example:7/kv/other/v2");
    }

    @Test
    void refusesWhatItDoesNotKnowWithAStatusBelow500() {
        assertStatus(400, whole("/kv/system", "t-system", "{\"supportedVersions\":[4]}"));
        assertStatus(400, whole("/kv/system", "t-system", "no json"));
        assertStatus(401, whole("/kv/system", "t-other", ""));
        assertStatus(401, whole("/kv/system", "", ""));
        assertStatus(400, whole("/kv/SYSTEM", "t-SYSTEM", ""));
        assertStatus(404, whole("/kv/system/v9/snapshot_read", "t-system", ""));
        assertStatus(404, whole("/elsewhere", "t-system", ""));
        assertStatus(400, whole("/kv/system/v2/snapshot_read", "t-system", ""));
        assertStatus(404, call("nothing", new byte[0]));
        assertStatus(413, call("snapshot_read", new byte[KvConnectServer.REQUEST_MAX_BYTES + 1]));
    }

    @Test
    void doesNotOpenOneDatabaseWithTheIdentityOfAnother() {
        Map<String, String> headers = headers("system");
        headers.put("authorization", "Bearer t-other");
        assertStatus(400, send("/kv/other/v2/snapshot_read", headers, new byte[0]));
    }

    @Test
    void answersWithExactContentTypes() {
        assertThat(call("snapshot_read", new byte[0]).headers())
                .containsEntry("content-type", "application/x-protobuf");
        assertThat(call("atomic_write", new byte[0]).headers())
                .containsEntry("content-type", "application/x-protobuf");
        assertThat(call("nothing", new byte[0]).headers())
                .containsEntry("content-type", "text/plain");
        assertThat(call("watch", ReadMessages.writeWatch(List.of(KvKey.of("key")))).headers())
                .containsEntry("content-type", "application/octet-stream");
    }

    @Test
    void sendsTheStateOfAllWatchedKeysInEveryFrame() throws InterruptedException {
        KvKey still = KvKey.of("still");
        KvKey moving = KvKey.of("moving");
        KvDatabase database = store.database("system");
        Await.committed(database.set(still, KvValue.u64(1)));
        BlockingQueue<byte[]> frames = new LinkedBlockingQueue<>();
        ConnectAnswer.FrameSink sink =
                new ConnectAnswer.FrameSink() {
                    @Override
                    public CompletionStage<?> send(byte[] frame) {
                        frames.add(frame);
                        return CompletableFuture.completedFuture(null);
                    }

                    @Override
                    public void end() {}
                };
        ConnectAnswer.Frames answer =
                (ConnectAnswer.Frames)
                        call("watch", ReadMessages.writeWatch(List.of(still, moving)));
        try (ConnectAnswer.AutoCloseableSource _ = answer.source().open(sink)) {
            assertThat(watched(frames)).hasSize(2).last().isEqualTo(Optional.empty());
            Await.committed(database.set(moving, KvValue.u64(2)));
            assertThat(watched(frames)).hasSize(2).allMatch(Optional::isPresent);
        }
    }

    /** What the next frame that is no ping says about each key. */
    private static List<Optional<KvEntry>> watched(BlockingQueue<byte[]> frames)
            throws InterruptedException {
        byte[] frame = frames.take();
        while (frame.length == Integer.BYTES) {
            frame = frames.take();
        }
        ByteBuffer in = ByteBuffer.wrap(frame).order(ByteOrder.LITTLE_ENDIAN);
        byte[] message = new byte[in.getInt()];
        in.get(message);
        assertThat(in.hasRemaining()).isFalse();
        return ReadMessages.readWatchOutput(message).keys().stream()
                .map(key -> ((ReadMessages.WatchedKey.Changed) key).entry())
                .toList();
    }

    @Test
    void refusesMoreThanTheLimits() {
        byte[] range = {0x12, 1, 1, 0x18, 1};
        assertStatus(400, call("snapshot_read", repeated(range, 11)));
        assertStatus(400, call("snapshot_read", repeated(new byte[] {0x12, 1, 1}, 1)));
        byte[] watchKey = new ProtoWriter().bytes(1, KvKey.of("k").encoded()).toBytes();
        assertStatus(400, call("watch", repeated(watchKey, 11)));
        assertStatus(400, call("watch", new byte[0]));
        byte[] check = new ProtoWriter().bytes(1, KvKey.of("k").encoded()).toBytes();
        assertStatus(400, call("atomic_write", repeated(check, 101)));
        assertStatus(200, call("atomic_write", repeated(check, 100)));
    }

    @Test
    void answersHostileBytesWithARefusalAndNothingElse() {
        Random random = new Random(3);
        byte[] write =
                WriteMessages.write(
                        AtomicWrite.builder()
                                .checkAbsent(KvKey.of("a", 1, true))
                                .set(KvKey.of("b"), KvValue.u64(1))
                                .sum(KvKey.of("c"), 1)
                                .delete(KvKey.of("d"))
                                .build(),
                        clock);
        byte[] read =
                ReadMessages.write(
                        List.of(
                                RangeRead.of(KvKey.of("a")),
                                new RangeRead(new byte[] {1}, new byte[] {2}, 9, Order.REVERSE)));
        byte[] watch = ReadMessages.writeWatch(List.of(KvKey.of("a"), KvKey.of(2)));
        Map<String, byte[]> valid =
                Map.of("atomic_write", write, "snapshot_read", read, "watch", watch);
        for (int i = 0; i < ROUNDS; i++) {
            for (Map.Entry<String, byte[]> method : valid.entrySet()) {
                ConnectAnswer answer = call(method.getKey(), mutated(method.getValue(), random));
                assertThat(answer.status()).isIn(200, 400, 413);
            }
        }
    }

    @Test
    void givesClientsThatReadHostileBytesARefusalAndNothingElse() {
        Random random = new Random(4);
        byte[] noise = new byte[60];
        for (int i = 0; i < ROUNDS; i++) {
            random.nextBytes(noise);
            byte[] message = Arrays.copyOf(noise, random.nextInt(noise.length));
            refusedOrRead(() -> ReadMessages.readOutput(message));
            refusedOrRead(() -> ReadMessages.readWatchOutput(message));
            refusedOrRead(() -> WriteMessages.readOutput(message));
            refusedOrRead(() -> Metadata.read(message));
        }
    }

    private static void refusedOrRead(Runnable read) {
        try {
            read.run();
        } catch (EchelonException e) {
            assertThat(e.reason()).isNotEmpty();
        }
    }

    private static byte[] mutated(byte[] message, Random random) {
        byte[] bytes = message.clone();
        for (int i = random.nextInt(4); i >= 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return Arrays.copyOf(bytes, random.nextInt(bytes.length + 3));
    }

    private static byte[] repeated(byte[] element, int times) {
        ProtoWriter out = new ProtoWriter();
        for (int i = 0; i < times; i++) {
            out.message(1, element);
        }
        return out.toBytes();
    }

    private JsonNode metadata(String path, String database, String body) throws IOException {
        ConnectAnswer.Whole answer = whole(path, "t-" + database, body);
        assertStatus(200, answer);
        assertThat(answer.headers()).containsEntry("content-type", "application/json");
        return Json.mapper().readTree(answer.body());
    }

    private ConnectAnswer.Whole whole(String path, String token, String body) {
        return (ConnectAnswer.Whole)
                send(
                        path,
                        Map.of("authorization", "Bearer " + token),
                        body.getBytes(StandardCharsets.UTF_8));
    }

    private ConnectAnswer call(String method, byte[] body) {
        return send("/kv/system/v2/" + method, headers("system"), body);
    }

    private Map<String, String> headers(String database) {
        return new HashMap<>(
                Map.of(
                        "authorization",
                        "Bearer t-" + database,
                        "x-denokv-version",
                        "3",
                        "x-denokv-database-id",
                        Await.result(store.database(database).id()).toString()));
    }

    private ConnectAnswer send(String path, Map<String, String> headers, byte[] body) {
        URI uri = URI.create("https://node.example:7" + path);
        return Await.result(server.handle(new ConnectRequest(uri, headers, body)));
    }

    private static void assertStatus(int status, ConnectAnswer answer) {
        assertThat(answer.status()).isEqualTo(status);
    }
}
