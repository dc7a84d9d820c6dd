package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.connect.KvConnectServer;
import io.echelon.kvstore.rocksdb.RocksKvStore;
import io.echelon.kvstore.rocksdb.RocksOptions;
import io.echelon.tenants.BearerToken;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.DatabaseTokenRecord;
import io.echelon.tenants.DatabaseTokenRecord.Access;
import io.echelon.tenants.Json;
import io.echelon.tenants.PlanName;
import io.echelon.tenants.PlanRecord;
import io.echelon.tenants.Quota;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Databases on the public port, over a real store and real sockets. */
@Timeout(60)
class PublicKvTest {
    private static final DatabaseRef ORDERS = new DatabaseRef(TenantName.DEFAULT, "orders");
    private static final DatabaseRef THEIRS = new DatabaseRef(new TenantName("rival"), "orders");
    private static final byte[] NOTHING = {};

    /** A watch of the key {@code ["k"]}. */
    private static final byte[] WATCH = HexFormat.of().parseHex("0a050a03026b00");

    /** Sets the key {@code ["k"]} to four bytes. */
    private static final byte[] SET =
            HexFormat.of().parseHex("12110a03026b0012080a046161616110031801");

    @TempDir Path folder;

    private final SecureRandom random = new SecureRandom();
    private final AtomicLong nanos = new AtomicLong();
    private final HttpClient client = HttpClient.newHttpClient();
    private final TenantGates gates = new TenantGates(AdmissionPolicy.DEFAULT);
    private final UsageMeter usage = new UsageMeter();
    private RocksKvStore store;
    private PublicKv databases;
    private PublicFixture node;

    @BeforeEach
    void open() {
        store = RocksKvStore.open(RocksOptions.of(folder).withReserveBytes(0));
        databases =
                new PublicKv(
                        new BoundedStore(store, store, gates),
                        new DatabaseTokens(store.database(SystemRows.DATABASE), nanos::get),
                        gates,
                        _ -> usage,
                        Clock.systemUTC(),
                        "localhost");
        node = new PublicFixture(databases);
    }

    @AfterEach
    void close() {
        node.close();
        databases.close();
        store.close();
        client.close();
    }

    @Test
    void tellsABearerWhereItsDatabaseIs() throws Exception {
        BearerToken token = token(ORDERS, Access.READ_WRITE);
        HttpResponse<String> answer =
                post("/kv/default/orders", token.text(), "{\"supportedVersions\":[1,2,3]}");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("content-type")).contains("application/json");
        assertThat(answer.headers().firstValue("x-echelon-request-id")).isPresent();
        JsonNode metadata = Json.mapper().readTree(answer.body());
        assertThat(metadata.path("version").asInt()).isEqualTo(3);
        assertThat(metadata.path("endpoints").get(0).path("url").asText())
                .isEqualTo("/kv/default/orders/v2");
        JsonNode oldest =
                Json.mapper().readTree(post("/kv/default/orders", token.text(), "").body());
        assertThat(oldest.path("endpoints").get(0).path("url").asText())
                .isEqualTo("http://localhost:" + node.port + "/kv/default/orders/v2");
    }

    @Test
    void aBodyThatTricklesInIsRefused() throws Exception {
        BearerToken token = token(ORDERS, Access.READ_WRITE);
        Duration hour = Duration.ofHours(1);
        try (PublicFixture hasty =
                        new PublicFixture(
                                new ConnectionLimits(
                                        hour, hour, hour, Duration.ofMillis(200), hour, 100),
                                databases);
                Socket slow = new Socket(InetAddress.getLoopbackAddress(), hasty.port)) {
            slow.setSoTimeout(30_000);
            slow.getOutputStream()
                    .write(
                            "POST /kv/default/orders HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer %s\r\nContent-Length: 10\r\n\r\n{"
                                    .formatted(token.text())
                                    .getBytes(StandardCharsets.US_ASCII));
            assertThat(PublicFixture.readOne(slow.getInputStream()))
                    .startsWith("HTTP/1.1 400")
                    .contains("did not come whole within");
            assertThat(slow.getInputStream().read()).as("the connection").isEqualTo(-1);
        }
    }

    @Test
    void aTokenOpensNoOtherDatabaseAndIsToldNothingOfIt() throws Exception {
        store.database(THEIRS.storeName()).set(KvKey.of("k"), KvValue.bytes(new byte[] {1})).get();
        BearerToken mine = token(ORDERS, Access.READ_WRITE);
        BearerToken elsewhere = token(THEIRS, Access.READ_WRITE);
        String refused = post("/kv/default/nowhere", mine.text(), "").body();
        for (String path :
                List.of("/kv/rival/orders", "/kv/rival/orders/v2/watch", "/kv/default/nowhere")) {
            HttpResponse<String> answer = post(path, mine.text(), "");
            assertThat(answer.statusCode()).as(path).isEqualTo(401);
            assertThat(answer.body()).isEqualTo(refused);
        }
        // The identity of the other's database does not help either.
        String id = databaseId("/kv/rival/orders", elsewhere);
        assertThat(data("/kv/default/orders/v2/snapshot_read", mine, id, NOTHING).statusCode())
                .isEqualTo(400);
        assertThat(data("/kv/rival/orders/v2/snapshot_read", mine, id, NOTHING).statusCode())
                .isEqualTo(401);
    }

    @Test
    void refusesWhatIsNoTokenOfTheDatabase() throws Exception {
        String token = token(ORDERS, Access.READ_WRITE).text();
        String otherSecret = token.substring(0, token.length() - 2) + "__";
        for (String wrong :
                List.of(
                        "",
                        "x",
                        "ekv_",
                        otherSecret,
                        token + "x",
                        token.toUpperCase(java.util.Locale.ROOT),
                        BearerToken.make(BearerToken.Kind.DATABASE, random).text())) {
            HttpResponse<String> answer = post("/kv/default/orders", wrong, "");
            assertThat(answer.statusCode()).as(wrong).isEqualTo(401);
            assertThat(answer.body()).doesNotContain("ekv_");
        }
    }

    @Test
    void aTokenForReadingWritesNothing() throws Exception {
        BearerToken reader = token(ORDERS, Access.READ);
        String id = databaseId("/kv/default/orders", reader);
        assertThat(data("/kv/default/orders/v2/snapshot_read", reader, id, NOTHING).statusCode())
                .isEqualTo(200);
        assertThat(data("/kv/default/orders/v2/atomic_write", reader, id, NOTHING).statusCode())
                .isEqualTo(403);
        BearerToken writer = token(ORDERS, Access.READ_WRITE);
        assertThat(data("/kv/default/orders/v2/atomic_write", writer, id, NOTHING).statusCode())
                .isEqualTo(200);
    }

    @Test
    void aCommitBeyondTheTenantsBytesIsAnsweredWithAStatusThatClientsDoNotRetry() throws Exception {
        BearerToken writer = token(ORDERS, Access.READ_WRITE);
        String id = databaseId("/kv/default/orders", writer);
        gates.set(
                new TenantGates.Decided(
                        Map.of(),
                        Map.of(
                                PlanName.DEFAULT,
                                new PlanRecord(
                                        PlanName.DEFAULT, Map.of(Quota.KV_BYTES.wireName(), 10L))),
                        1));
        HttpResponse<String> refused = data("/kv/default/orders/v2/atomic_write", writer, id, SET);
        assertThat(refused.statusCode()).isEqualTo(429);
        assertThat(refused.headers().firstValue("x-echelon-error")).contains("OVER_QUOTA");
        assertThat(refused.body()).contains("quota kvBytes allows 10");
        gates.set(new TenantGates.Decided(Map.of(), Map.of(), 1));
        assertThat(data("/kv/default/orders/v2/atomic_write", writer, id, SET).statusCode())
                .isEqualTo(200);
        assertThat(store.sizes("t.default.")).singleElement().extracting("entries").isEqualTo(1L);
    }

    @Test
    void aRevokedTokenStopsWithinTheBoundAndItsWatchesToo() throws Exception {
        BearerToken token = token(ORDERS, Access.READ);
        String id = databaseId("/kv/default/orders", token);
        HttpResponse<InputStream> watch = watch(token, id);
        assertThat(watch.statusCode()).isEqualTo(200);
        assertThat(watch.body().read()).isNotNegative();
        revoke(ORDERS, token);
        nanos.addAndGet(DatabaseTokens.FRESH.toNanos());
        assertThat(post("/kv/default/orders", token.text(), "").statusCode()).isEqualTo(401);
        assertThat(data("/kv/default/orders/v2/snapshot_read", token, id, NOTHING).statusCode())
                .isEqualTo(401);
        // Ends rather than going on for ever.
        watch.body().readAllBytes();
    }

    @Test
    void drainingEndsWatchesAndTakesNoMore() throws Exception {
        BearerToken token = token(ORDERS, Access.READ);
        String id = databaseId("/kv/default/orders", token);
        HttpResponse<InputStream> watch = watch(token, id);
        databases.drain();
        watch.body().readAllBytes();
        assertThat(post("/kv/default/orders", token.text(), "").statusCode()).isEqualTo(503);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/kv",
                "/kv/",
                "/kv/system",
                "/kv/default",
                "/kv/system/system",
                "/kv/default/orders/v2",
                "/kv/default/orders/v2/nothing",
                "/kv/default/orders/v9/snapshot_read",
                "/kv/default/orders/v2/snapshot_read/more",
                "/kv/default/..%2f..%2fsystem",
                "/kv/default/t.rival.orders",
                "/kv/t.rival/orders",
                "/kv//orders",
                "/kv/default/ORDERS",
                "/kv/default/orders%00",
                "/kv/default/%"
            })
    void answersWhatLeadsNowhereBelow500(String path) throws Exception {
        String token = token(ORDERS, Access.READ_WRITE).text();
        String raw =
                node.raw(
                        "POST "
                                + path
                                + " HTTP/1.1|Host: localhost|Authorization: Bearer "
                                + token
                                + "|Content-Length: 0||");
        assertThat(raw).matches("(?s)HTTP/1.1 4\\d\\d .*").doesNotContain("ekv_");
    }

    @Test
    void takesPostAlone() throws Exception {
        HttpResponse<String> answer =
                client.send(
                        HttpRequest.newBuilder(uri("/kv/default/orders")).build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(405);
    }

    @Test
    void refusesABodyThatIsTooLarge() throws Exception {
        BearerToken token = token(ORDERS, Access.READ_WRITE);
        String id = databaseId("/kv/default/orders", token);
        byte[] large = new byte[KvConnectServer.REQUEST_MAX_BYTES + 1];
        assertThat(data("/kv/default/orders/v2/atomic_write", token, id, large).statusCode())
                .isEqualTo(413);
        assertThat(
                        data(
                                        "/kv/default/orders/v2/atomic_write",
                                        BearerToken.make(BearerToken.Kind.DATABASE, random),
                                        id,
                                        large)
                                .statusCode())
                .isEqualTo(401);
        assertThat(node.traffic.underWay()).isZero();
    }

    @Test
    void leavesThePathToFunctionsOnTheirOwnHosts() throws Exception {
        String raw = node.raw("POST /kv/hello HTTP/1.1|Host: hello.localhost|Content-Length: 0||");
        assertThat(raw).startsWith("HTTP/1.1 200");
    }

    private BearerToken token(DatabaseRef database, Access access) throws Exception {
        BearerToken token = BearerToken.make(BearerToken.Kind.DATABASE, random);
        store.database(SystemRows.DATABASE)
                .set(
                        KvKey.of(SystemRows.databaseToken(database, token.id())),
                        KvValue.bytes(
                                Json.bytes(
                                        new DatabaseTokenRecord(
                                                token.id(),
                                                database,
                                                access,
                                                token.sha256(),
                                                Instant.EPOCH))))
                .get();
        return token;
    }

    private void revoke(DatabaseRef database, BearerToken token) throws Exception {
        store.database(SystemRows.DATABASE)
                .commit(
                        AtomicWrite.builder()
                                .delete(KvKey.of(SystemRows.databaseToken(database, token.id())))
                                .build())
                .get();
    }

    private String databaseId(String path, BearerToken token) throws Exception {
        return Json.mapper()
                .readTree(post(path, token.text(), "").body())
                .path("databaseId")
                .asText();
    }

    private HttpResponse<String> post(String path, String token, String body)
            throws IOException, InterruptedException {
        return client.send(
                request(path, token).POST(HttpRequest.BodyPublishers.ofString(body)).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> data(String path, BearerToken token, String id, byte[] body)
            throws IOException, InterruptedException {
        return client.send(
                request(path, token.text())
                        .header("x-denokv-version", "3")
                        .header("x-denokv-database-id", id)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<InputStream> watch(BearerToken token, String id)
            throws IOException, InterruptedException {
        return client.send(
                request("/kv/default/orders/v2/watch", token.text())
                        .header("x-denokv-version", "3")
                        .header("x-denokv-database-id", id)
                        .POST(HttpRequest.BodyPublishers.ofByteArray(WATCH))
                        .build(),
                HttpResponse.BodyHandlers.ofInputStream());
    }

    private HttpRequest.Builder request(String path, String token) {
        return HttpRequest.newBuilder(uri(path))
                .version(HttpClient.Version.HTTP_1_1)
                .header("authorization", "Bearer " + token);
    }

    private URI uri(String path) {
        return URI.create("http://localhost:" + node.port + path);
    }
}
