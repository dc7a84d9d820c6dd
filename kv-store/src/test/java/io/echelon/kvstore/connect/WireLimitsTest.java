package io.echelon.kvstore.connect;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.kvstore.Await;
import io.echelon.kvstore.HeldClock;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvLimits;
import io.echelon.kvstore.KvSelector;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.rocksdb.RocksKvStore;
import io.echelon.kvstore.rocksdb.RocksOptions;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every limit of {@link KvLimits} on the wire, at its value and one beyond; and bytes of all kinds,
 * of which none may be answered as a fault of the server's or write anything unless it is a commit.
 */
@Timeout(120)
class WireLimitsTest {
    private static final int ROUNDS = 3_000;
    private static final int SET = 1;
    private static final int DELETE = 2;

    @TempDir Path folder;

    private final HeldClock clock = new HeldClock();
    private RocksKvStore store;
    private KvConnectServer server;
    private KvDatabase database;
    private String databaseId = "";

    @BeforeEach
    void open() {
        store = RocksKvStore.open(RocksOptions.of(folder).withReserveBytes(0).withClock(clock));
        server =
                new KvConnectServer(
                        store,
                        (token, named) ->
                                CompletableFuture.completedFuture(
                                        token.equals("token") && named.equals("limits")
                                                ? KvAccess.Grant.READ_WRITE
                                                : KvAccess.Grant.NONE),
                        clock,
                        "/kv",
                        "system");
        database = store.database("limits");
        databaseId = Await.result(database.id()).toString();
    }

    @AfterEach
    void close() {
        server.close();
        store.close();
    }

    @Test
    void keysHaveAtMost2048Bytes() {
        assertThat(write(mutation(SET, key(KvLimits.KEY_MAX_BYTES), small()))).isEqualTo(200);
        refused(413, mutation(SET, key(KvLimits.KEY_MAX_BYTES + 1), small()));
        refused(413, mutation(DELETE, key(KvLimits.KEY_MAX_BYTES + 1), null));
        refused(400, mutation(SET, new byte[0], small()));
        refused(413, message(1, new ProtoWriter().bytes(1, key(KvLimits.KEY_MAX_BYTES + 1))));
        byte[] watch = message(1, new ProtoWriter().bytes(1, key(KvLimits.KEY_MAX_BYTES + 1)));
        assertThat(call(Wire.WATCH, watch)).isEqualTo(413);
        byte[] longBound = key(KvLimits.READ_KEY_MAX_BYTES + 1);
        assertThat(call(Wire.SNAPSHOT_READ, range(longBound, new byte[] {-1}, 1))).isEqualTo(413);
    }

    @Test
    void valuesHaveAtMost65536Bytes() {
        assertThat(write(mutation(SET, key(9), value(KvLimits.VALUE_MAX_BYTES)))).isEqualTo(200);
        refused(413, mutation(SET, key(9), value(KvLimits.VALUE_MAX_BYTES + 1)));
    }

    @Test
    void commitsHaveAtMost100Checks() {
        IntFunction<byte[]> check =
                i -> message(1, new ProtoWriter().bytes(1, KvKey.of("absent", i).encoded()));
        assertThat(write(repeated(KvLimits.CHECKS_MAX, check))).isEqualTo(200);
        refused(400, repeated(KvLimits.CHECKS_MAX + 1, check));
    }

    @Test
    void commitsHaveAtMost1000Mutations() {
        IntFunction<byte[]> set = i -> mutation(SET, KvKey.of("m", i).encoded(), small());
        assertThat(write(repeated(KvLimits.MUTATIONS_MAX, set))).isEqualTo(200);
        refused(400, repeated(KvLimits.MUTATIONS_MAX + 1, set));
    }

    @Test
    void commitsHaveAtMost819200Bytes() {
        byte[] keyOfEight = KvKey.of("12345", true).encoded();
        assertThat(keyOfEight).hasSize(8);
        int each = 16_384 - keyOfEight.length;
        assertThat(KvLimits.COMMIT_MAX_BYTES).isEqualTo(50 * 16_384);
        IntFunction<byte[]> set = i -> mutation(SET, keyOfEight, value(each));
        assertThat(write(repeated(50, set))).isEqualTo(200);
        refused(413, joined(repeated(50, set), mutation(DELETE, new byte[] {0x27}, null)));
    }

    @Test
    void readsHaveAtMost10RangesAnd1000Entries() {
        IntFunction<byte[]> one = i -> range(new byte[] {1}, new byte[] {2}, 1);
        assertThat(call(Wire.SNAPSHOT_READ, repeated(KvLimits.READ_RANGES_MAX, one)))
                .isEqualTo(200);
        assertThat(call(Wire.SNAPSHOT_READ, repeated(KvLimits.READ_RANGES_MAX + 1, one)))
                .isEqualTo(400);
        for (Map.Entry<Integer, Integer> limit :
                Map.of(1, 200, 1_000, 200, 1_001, 400, 0, 400, -1, 400, Integer.MAX_VALUE, 400)
                        .entrySet()) {
            byte[] read = range(new byte[] {1}, new byte[] {2}, limit.getKey());
            assertThat(call(Wire.SNAPSHOT_READ, read))
                    .as("limit " + limit.getKey())
                    .isEqualTo(limit.getValue());
        }
        IntFunction<byte[]> hundred = i -> range(new byte[] {1}, new byte[] {2}, 101);
        assertThat(call(Wire.SNAPSHOT_READ, repeated(10, hundred))).isEqualTo(400);
    }

    @Test
    void watchesHaveAtMost10Keys() {
        IntFunction<byte[]> watched =
                i -> message(1, new ProtoWriter().bytes(1, KvKey.of(i).encoded()));
        assertThat(call(Wire.WATCH, repeated(KvLimits.WATCHED_KEYS_MAX, watched))).isEqualTo(200);
        assertThat(call(Wire.WATCH, repeated(KvLimits.WATCHED_KEYS_MAX + 1, watched)))
                .isEqualTo(400);
        assertThat(call(Wire.WATCH, new byte[0])).isEqualTo(400);
    }

    @Test
    void messagesOfQueuesHaveTheirLimits() {
        long now = clock.instant().toEpochMilli();
        long latest = now + Duration.ofDays(KvLimits.QUEUE_DELAY_MAX_DAYS).toMillis();
        assertThat(write(message(3, enqueue(latest)))).isEqualTo(200);
        long minute = Duration.ofMinutes(1).toMillis(); // by which clocks may differ
        refused(400, message(3, enqueue(latest + minute + 1)));
        ProtoWriter steps = enqueue(now);
        for (int i = 0; i <= KvLimits.QUEUE_BACKOFF_STEPS_MAX; i++) {
            steps.int64(4, 1);
        }
        refused(400, message(3, steps));
        refused(400, message(3, enqueue(now).int64(4, KvLimits.QUEUE_BACKOFF_MAX_MS + 1L)));
        ProtoWriter keys = enqueue(now);
        for (int i = 0; i <= KvLimits.QUEUE_UNDELIVERED_KEYS_MAX; i++) {
            keys.bytes(3, KvKey.of(i).encoded());
        }
        refused(400, message(3, keys));
    }

    @Test
    void bytesOfAllKindsAreNoFaultOfTheServersAndWriteNothingUnlessTheyAreACommit() {
        Random random = new Random(5);
        byte[] write =
                joined(
                        message(1, new ProtoWriter().bytes(1, KvKey.of("a", 1, true).encoded())),
                        mutation(SET, KvKey.of("b", "c").encoded(), small()),
                        message(3, enqueue(clock.instant().toEpochMilli())));
        byte[] read = range(new byte[] {1}, new byte[] {2}, 10);
        byte[] watch = message(1, new ProtoWriter().bytes(1, KvKey.of("a").encoded()));
        Map<String, byte[]> valid =
                Map.of(
                        Wire.ATOMIC_WRITE,
                        write,
                        Wire.SNAPSHOT_READ,
                        read,
                        Wire.WATCH,
                        watch,
                        "nothing",
                        write);
        List<KvEntry> before = all();
        for (int i = 0; i < ROUNDS; i++) {
            for (Map.Entry<String, byte[]> method : valid.entrySet()) {
                int status = call(method.getKey(), hostile(method.getValue(), random));
                assertThat(status).isIn(200, 400, 404, 413);
                boolean mayHaveWritten = status == 200 && method.getKey().equals("atomic_write");
                if (mayHaveWritten) {
                    before = all();
                } else if (i % 20 == 0) {
                    assertThat(all()).isEqualTo(before);
                }
            }
        }
        assertThat(all()).isEqualTo(before);
    }

    @Test
    void headsOfAllKindsAreNoFaultOfTheServers() {
        Random random = new Random(6);
        String[] values = {"", "token", "Bearer", "Bearer token", "Bearer  token ", "bearer token"};
        String[] paths = {
            "",
            "/",
            "/limits",
            "/limits/",
            "/limits/v2",
            "/limits/v2/watch",
            "/limits/v2/x/y",
            "//",
            "/../system",
            "/limits/v2/snapshot",
            "/" + "a".repeat(129),
            "/LIMITS",
            "/%00"
        };
        for (int i = 0; i < ROUNDS; i++) {
            Map<String, String> headers = new HashMap<>();
            headers.put("authorization", values[random.nextInt(values.length)]);
            headers.put("x-denokv-version", Integer.toString(random.nextInt(-1, 6)));
            headers.put(
                    "x-denokv-database-id", random.nextBoolean() ? databaseId : noise(random, 40));
            byte[] body = noise(random, 30).getBytes(StandardCharsets.ISO_8859_1);
            URI uri = URI.create("http://localhost/kv" + paths[random.nextInt(paths.length)]);
            ConnectAnswer answer =
                    Await.result(server.handle(new ConnectRequest(uri, headers, body)));
            assertThat(answer.status()).isIn(200, 400, 401, 404);
        }
    }

    private List<KvEntry> all() {
        return Await.result(database.listAll(KvSelector.prefix(KvKey.of())));
    }

    private void refused(int status, byte[] commit) {
        List<KvEntry> before = all();
        assertThat(write(commit)).isEqualTo(status);
        assertThat(all()).isEqualTo(before);
    }

    private int write(byte[] commit) {
        return call(Wire.ATOMIC_WRITE, commit);
    }

    private int call(String method, byte[] body) {
        return Await.result(
                        server.handle(
                                new ConnectRequest(
                                        URI.create("http://localhost/kv/limits/v2/" + method),
                                        Map.of(
                                                "authorization",
                                                "Bearer token",
                                                "x-denokv-version",
                                                "3",
                                                "x-denokv-database-id",
                                                databaseId),
                                        body)))
                .status();
    }

    /** An encoded key of a number of bytes. */
    private static byte[] key(int bytes) {
        byte[] encoded = new byte[bytes];
        Arrays.fill(encoded, (byte) 'k');
        encoded[0] = 2;
        encoded[bytes - 1] = 0;
        return encoded;
    }

    private static byte[] small() {
        return value(1);
    }

    private static byte[] value(int bytes) {
        return new ProtoWriter().bytes(1, new byte[bytes]).int64(2, 3).toBytes();
    }

    private static byte[] mutation(int type, byte[] key, byte[] value) {
        ProtoWriter mutation = new ProtoWriter().bytes(1, key);
        if (value != null) {
            mutation.message(2, value);
        }
        return message(2, mutation.int64(3, type));
    }

    private static ProtoWriter enqueue(long due) {
        byte[] payload = KvValue.v8(new byte[] {-1, 15, '_'}).data();
        return new ProtoWriter().bytes(1, payload).int64(2, due);
    }

    private static byte[] range(byte[] start, byte[] end, int limit) {
        return message(1, new ProtoWriter().bytes(1, start).bytes(2, end).int64(3, limit));
    }

    private static byte[] message(int field, ProtoWriter content) {
        return new ProtoWriter().message(field, content.toBytes()).toBytes();
    }

    private static byte[] repeated(int times, IntFunction<byte[]> part) {
        byte[][] parts = new byte[times][];
        Arrays.setAll(parts, part);
        return joined(parts);
    }

    private static byte[] joined(byte[]... parts) {
        byte[] all = new byte[Arrays.stream(parts).mapToInt(part -> part.length).sum()];
        int at = 0;
        for (byte[] part : parts) {
            System.arraycopy(part, 0, all, at, part.length);
            at += part.length;
        }
        return all;
    }

    /** Noise, or a message with some bytes changed, cut, doubled or behind another. */
    private static byte[] hostile(byte[] message, Random random) {
        if (random.nextInt(5) == 0) {
            return noise(random, 200).getBytes(StandardCharsets.ISO_8859_1);
        }
        byte[] bytes = random.nextInt(4) == 0 ? joined(message, message) : message.clone();
        for (int i = random.nextInt(5); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
        }
        return Arrays.copyOf(bytes, random.nextInt(bytes.length + 3));
    }

    private static String noise(Random random, int most) {
        byte[] bytes = new byte[random.nextInt(most)];
        random.nextBytes(bytes);
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
