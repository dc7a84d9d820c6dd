package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.rocksdb.RocksKvStore;
import io.echelon.kvstore.rocksdb.RocksOptions;
import io.echelon.tenants.ClusterTls;
import io.echelon.tenants.Json;
import io.echelon.tenants.NodeMemberRecord;
import io.echelon.tenants.SystemRows;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is let in by the port for other machines, over real connections. */
final class ClusterPortTest {
    private static final String OPEN = "/kv/system";
    private static final String CLOSED = "/backup";

    @TempDir private Path folder;
    private final Vertx vertx = Vertx.vertx();
    private LocalAuthority authority;
    private RocksKvStore store;
    private ClusterPeers peers;
    private ClusterPort port;
    private KeyPair keys;

    @BeforeEach
    void open() {
        authority = LocalAuthority.open(folder.resolve("ca"), Clock.systemUTC());
        store = RocksKvStore.open(RocksOptions.of(folder.resolve("kv")).withReserveBytes(0));
        peers = new ClusterPeers(store.database(SystemRows.DATABASE));
        peers.start();
        Router router = Router.router(vertx);
        router.route()
                .handler(
                        context ->
                                peers.admit(
                                        context,
                                        () ->
                                                context.end(
                                                        "let in "
                                                                + ClusterPeers.of(context)
                                                                        .node())));
        port =
                ClusterPort.open(
                        vertx,
                        router,
                        MemberCertificate.openCluster(
                                folder.resolve("identity"), authority, "node-1", Clock.systemUTC()),
                        "127.0.0.1",
                        0);
        keys = LocalAuthority.newKeyPair();
    }

    @AfterEach
    void close() {
        peers.close();
        port.close();
        store.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private ClusterTls member(String... names) {
        return member(authority, names);
    }

    private ClusterTls member(LocalAuthority issuer, String... names) {
        X509Certificate certificate =
                issuer.issueMember(List.of(names), keys.getPublic(), Duration.ofDays(1));
        return ClusterTls.of(certificate, keys.getPrivate(), authority.certificate());
    }

    private void letIn(String node, PublicKey key) {
        commit(
                AtomicWrite.builder()
                        .set(
                                KvKey.of(SystemRows.nodeMember(node)),
                                KvValue.bytes(
                                        Json.bytes(
                                                new NodeMemberRecord(
                                                        node,
                                                        URI.create("https://10.0.0.5:7443"),
                                                        ClusterTls.digest(key),
                                                        Instant.EPOCH,
                                                        "0")))));
    }

    private void commit(AtomicWrite.Builder write) {
        store.database(SystemRows.DATABASE).commit(write.build()).join();
    }

    private HttpResponse<String> get(ClusterTls tls, String path)
            throws IOException, InterruptedException {
        return get(tls.to(ClusterTls.PLATFORM), path);
    }

    private HttpResponse<String> get(SSLContext context, String path)
            throws IOException, InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .sslContext(context)
                        .build()) {
            return get(client, path);
        }
    }

    private HttpResponse<String> get(HttpClient client, String path)
            throws IOException, InterruptedException {
        return client.send(
                HttpRequest.newBuilder(
                                URI.create("https://127.0.0.1:%d%s".formatted(port.port(), path)))
                        .timeout(Duration.ofSeconds(30))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    @Test
    void aMemberMayUseTheStoreAndHandRequestsOnAndNothingElse() throws Exception {
        letIn("far", keys.getPublic());
        ClusterTls far = member(ClusterTls.nameOf("far"));

        assertThat(get(far, OPEN).body()).isEqualTo("let in far");
        for (String path :
                List.of(ClusterRoutes.SETTINGS, ForwardRoutes.WARM, ForwardedHead.PATH)) {
            assertThat(get(far, path).statusCode()).as(path).isEqualTo(200);
        }
        for (String path :
                List.of(
                        CLOSED,
                        "/store",
                        "/copies/x",
                        "/cluster/nodes",
                        "/kvx",
                        "/forward/x",
                        "/logs",
                        "/q/metrics")) {
            assertThat(get(far, path).statusCode()).as(path).isEqualTo(403);
        }
    }

    @Test
    void aPartOfThePlatformMayAskEverything() throws Exception {
        ClusterTls platform = member(ClusterTls.PLATFORM);

        assertThat(get(platform, OPEN).body()).isEqualTo("let in null");
        assertThat(get(platform, CLOSED).statusCode()).isEqualTo(200);
    }

    @Test
    void aNodeWithoutARowOrWithAnothersNameIsRefused() throws Exception {
        ClusterTls far = member(ClusterTls.nameOf("far"));
        assertThat(get(far, OPEN).statusCode()).isEqualTo(403);
        letIn("far", LocalAuthority.newKeyPair().getPublic());
        assertThat(get(far, OPEN).statusCode()).isEqualTo(403);
        letIn("far", keys.getPublic());
        assertThat(get(member(ClusterTls.nameOf("near")), OPEN).statusCode()).isEqualTo(403);
        assertThat(get(far, OPEN).statusCode()).isEqualTo(200);
    }

    @Test
    void aMemberThatIsRemovedIsRefusedAndItsConnectionsEnd() throws Exception {
        letIn("far", keys.getPublic());
        try (HttpClient client =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .sslContext(member(ClusterTls.nameOf("far")).to(ClusterTls.PLATFORM))
                        .build()) {
            assertThat(get(client, OPEN).statusCode()).isEqualTo(200);
            commit(AtomicWrite.builder().delete(KvKey.of(SystemRows.nodeMember("far"))));
            int status = 200;
            while (status == 200) { // until what was looked up a second ago counts no more
                Thread.sleep(50);
                status = get(client, OPEN).statusCode();
            }
            assertThat(status).isEqualTo(403);
        }
    }

    @Test
    void whoHasNoCertificateOfTheAuthorityEndsInTheHandshake() throws Exception {
        LocalAuthority other = LocalAuthority.open(folder.resolve("other"), Clock.systemUTC());
        assertThatThrownBy(() -> get(member(other, ClusterTls.PLATFORM), OPEN))
                .isInstanceOf(IOException.class);
        ClusterTls publicHost =
                ClusterTls.of(
                        authority.issue(List.of(ClusterTls.PLATFORM), keys.getPublic()),
                        keys.getPrivate(),
                        authority.certificate());
        assertThatThrownBy(() -> get(publicHost, OPEN)).isInstanceOf(IOException.class);
        SSLContext none = SSLContext.getInstance(ClusterTls.PROTOCOL);
        none.init(null, new javax.net.ssl.TrustManager[] {member("any").trust()}, null);
        assertThatThrownBy(() -> get(none, OPEN)).isInstanceOf(IOException.class);
    }

    @Test
    void aMemberTalksToThePlatformAlone() {
        letIn("far", keys.getPublic());
        ClusterTls far = member(ClusterTls.nameOf("far"));
        assertThatThrownBy(() -> get(far.to(ClusterTls.nameOf("node-2")), OPEN))
                .isInstanceOf(IOException.class)
                .hasStackTraceContaining("is not that of node-2");
    }
}
