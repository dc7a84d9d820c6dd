package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.isolatepool.GuestError;
import io.echelon.isolatepool.HostSession;
import io.echelon.tenants.Limits;
import io.echelon.tenants.UsageCounter;
import io.echelon.tenants.UsageCounts;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class FetchBindingTest {
    private static final Object[] NONE = {};

    @TempDir Path folder;
    private final Vertx vertx = Vertx.vertx();
    private final CountDownLatch abandoned = new CountDownLatch(1);
    private OutgoingClients clients;
    private Destinations destinations;
    private int http;
    private int https;
    private HostSession session;
    private final UsageMeter usage = new UsageMeter();

    @BeforeEach
    void open() {
        LocalAuthority authority = LocalAuthority.open(folder, Clock.systemUTC());
        http = listen(new HttpServerOptions());
        https =
                listen(
                        new HttpServerOptions()
                                .setSsl(true)
                                .setUseAlpn(true)
                                .setKeyCertOptions(
                                        KeyCertOptions.wrap(
                                                new SniCertificates(
                                                        authority,
                                                        "localhost",
                                                        Clock.systemUTC()))));
        clients =
                new OutgoingClients(
                        vertx, new PemTrustOptions().addCertPath(authority.file().toString()));
        destinations =
                new Destinations(
                        new AddressRules(Cidr.parseList("127.0.0.1/32")),
                        host -> {
                            if (host.equals("private.test")) {
                                return new InetAddress[] {InetAddress.ofLiteral("10.0.0.1")};
                            }
                            if (host.equals("rebound.test")) {
                                return new InetAddress[] {
                                    InetAddress.ofLiteral("192.168.0.1"),
                                    InetAddress.ofLiteral("127.0.0.1")
                                };
                            }
                            if (host.endsWith(".localhost") || host.equals("other.test")) {
                                return new InetAddress[] {InetAddress.ofLiteral("127.0.0.1")};
                            }
                            return InetAddress.getAllByName(host);
                        });
        session = session(null);
    }

    @AfterEach
    void close() {
        session.close();
        clients.close();
        destinations.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void sendsAndReceivesWholeBodiesOverHttp1() {
        Object[] head =
                open(
                        "POST",
                        "http://a.localhost:" + http + "/echo?q",
                        new Object[] {"x-a", "b"},
                        "hi".getBytes(StandardCharsets.UTF_8));
        assertThat(head[0]).isEqualTo(200);
        assertThat(head[1]).isEqualTo("OK");
        assertThat((Object[]) head[2])
                .contains("x-seen", "POST /echo?q a.localhost:" + http + " b");
        assertThat(head[4]).isEqualTo("HTTP/1.1");
        assertThat(text(head)).isEqualTo("hi");
        assertCounted(1, 2, 2);
    }

    private void assertCounted(long subrequests, long egress, long ingress) {
        UsageCounts counts = new UsageCounts();
        usage.addTo(counts);
        assertThat(counts.get(UsageCounter.SUBREQUESTS)).isEqualTo(subrequests);
        assertThat(counts.get(UsageCounter.EGRESS_BYTES)).isEqualTo(egress);
        assertThat(counts.get(UsageCounter.INGRESS_BYTES)).isEqualTo(ingress);
    }

    @Test
    void speaksHttp2WithTlsAndChecksTheName() {
        Object[] head = open("GET", "https://a.localhost:" + https + "/hello", NONE, null);
        assertThat(head[4]).isEqualTo("HTTP/2");
        assertThat(text(head)).isEqualTo("hello");
        GuestError wrongName = refused("https://other.test:" + https + "/hello");
        assertThat(wrongName.className()).isEqualTo("TypeError");
        assertThat(wrongName.getMessage()).contains("other.test").contains("TLS");
    }

    @Test
    void doesNotFollowRedirects() {
        Object[] head = open("GET", "http://a.localhost:" + http + "/redirect", NONE, null);
        assertThat(head[0]).isEqualTo(302);
        assertThat((Object[]) head[2]).contains("location", "/hello");
    }

    @Test
    void streamsABodyInPieces() {
        Object rid = run("begin");
        CompletableFuture<Object> answer =
                session.start(
                                "open",
                                new Object[] {
                                    "PUT",
                                    "http://a.localhost:" + http + "/echo",
                                    NONE,
                                    "stream",
                                    rid
                                })
                        .toCompletableFuture();
        for (int i = 0; i < 100; i++) {
            run("write", rid, new byte[10_000]);
        }
        run("finish", rid);
        Object[] head = (Object[]) answer.join();
        assertThat(head[3]).isEqualTo(rid);
        assertThat(bytes(head)).hasSize(1_000_000);
    }

    @Test
    void unpacksGzipPieceByPieceAndSaysWhenItIsDamaged() {
        Object[] head = open("GET", "http://a.localhost:" + http + "/gzip", NONE, null);
        assertThat((Object[]) head[2]).doesNotContain("content-encoding");
        byte[] first = (byte[]) run("read", head[3]);
        assertThat(first.length).isLessThanOrEqualTo(ContentDecoder.PIECE_BYTES + 8 * 1024);
        assertThat(bytes(head).length + first.length).isEqualTo(5_000_000);
        Object[] damaged = open("GET", "http://a.localhost:" + http + "/damaged", NONE, null);
        assertThat(failure(() -> bytes(damaged)).getMessage()).contains("decoding");
    }

    @Test
    void refusesAddressesThatAreNotPermittedAfterLookingThemUp() {
        for (String url :
                List.of(
                        "http://private.test/",
                        "http://10.0.0.1/",
                        "http://[::1]:" + http + "/",
                        "http://127.0.0.2:" + http + "/",
                        "http://169.254.169.254/latest/meta-data")) {
            GuestError refusal = refused(url);
            assertThat(refusal.className()).as(url).isEqualTo("PermissionDenied");
            assertThat(refusal.getMessage()).contains("egress-allow");
        }
        assertThat(text(open("GET", "http://rebound.test:" + http + "/hello", NONE, null)))
                .isEqualTo("hello");
    }

    @Test
    void rulesThatChangeHoldForNamesThatWereLookedUpBefore() {
        assertThat(destinations.find("other.test").join()).hasSize(1);
        destinations.set(new AddressRules(List.of()));
        assertThat(destinations.find("other.test"))
                .failsWithin(Duration.ofSeconds(30))
                .withThrowableThat()
                .withMessageContaining("a loopback address");
        destinations.set(new AddressRules(Cidr.parseList("127.0.0.0/8")));
        assertThat(destinations.find("other.test").join()).hasSize(1);
    }

    @Test
    void refusesHostsThatTheFunctionDidNotName() {
        try (HostSession limited = session(List.of("api.test"))) {
            CompletionException refusal =
                    org.junit.jupiter.api.Assertions.assertThrows(
                            CompletionException.class,
                            () ->
                                    limited.start(
                                                    "open",
                                                    new Object[] {
                                                        "GET", "http://a.localhost/", NONE, null
                                                    })
                                            .toCompletableFuture()
                                            .join());
            assertThat(refusal.getCause())
                    .hasMessageContaining("a.localhost")
                    .hasMessageContaining("permissions.net");
        }
    }

    @Test
    void refusesWhatWouldBeASecondRequest() {
        GuestError split =
                failure(
                        () ->
                                open(
                                        "GET",
                                        "http://a.localhost:" + http + "/hello",
                                        new Object[] {"x-a", "b\r\nhost: evil"},
                                        null));
        assertThat(split.className()).isEqualTo("TypeError");
        assertThat(failure(() -> open("GET /x HTTP/1.1\r\n", "http://a.localhost/", NONE, null)))
                .hasMessageContaining("method");
        assertThat(refused("http://a.localhost:" + http + "/a b").className())
                .isEqualTo("TypeError");
        assertThat(refused("ftp://a.localhost/").getMessage()).contains("scheme");
        assertThat(refused("http://user:pass@a.localhost/").className()).isEqualTo("TypeError");
    }

    @Test
    void saysWhyAConnectionFailed() {
        GuestError refused = refused("http://a.localhost:1/");
        assertThat(refused.className()).isEqualTo("TypeError");
        assertThat(refused.getMessage())
                .isEqualTo(
                        "error sending request for url (http://a.localhost:1/): connection refused");
    }

    @Test
    void breaksOffWhenTheGuestOrItsIsolateEnds() throws Exception {
        CompletableFuture<Object> answer =
                session.start(
                                "open",
                                new Object[] {
                                    "GET", "http://a.localhost:" + http + "/hang", NONE, null
                                })
                        .toCompletableFuture();
        assertThat(session.waitingFor()).contains("/hang");
        assertThat(reached.await(10, TimeUnit.SECONDS)).isTrue();
        session.close();
        assertThat(failure(answer::join).className()).isEqualTo("AbortError");
        assertThat(abandoned.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void holdsBackWhatIsAboveTheLimitOfConnectionsAndRefusesAboveThatOfSubrequests() {
        List<CompletableFuture<Object>> answers = new ArrayList<>();
        for (int i = 0; i < 3 * Limits.OUTGOING_SOCKETS_MAX; i++) {
            answers.add(
                    session.start(
                                    "open",
                                    new Object[] {
                                        "GET", "http://a.localhost:" + http + "/hello", NONE, null
                                    })
                            .toCompletableFuture());
        }
        for (CompletableFuture<Object> answer : answers) {
            assertThat(text((Object[]) answer.join())).isEqualTo("hello");
        }
        for (int i = answers.size(); i < Limits.SUBREQUESTS_MAX; i++) {
            run("cancel", run("begin"));
        }
        assertThat(failure(() -> run("begin")).getMessage()).contains("1,000");
    }

    private final CountDownLatch reached = new CountDownLatch(1);

    private int listen(HttpServerOptions options) {
        HttpServer server =
                vertx.createHttpServer(options.setHost("127.0.0.1").setPort(0))
                        .requestHandler(this::answer);
        return server.listen().toCompletionStage().toCompletableFuture().join().actualPort();
    }

    private void answer(HttpServerRequest request) {
        switch (request.path()) {
            case "/echo" ->
                    request.body()
                            .onSuccess(
                                    body ->
                                            request.response()
                                                    .putHeader(
                                                            "X-Seen",
                                                            request.method()
                                                                    + " "
                                                                    + request.uri()
                                                                    + " "
                                                                    + request.getHeader("host")
                                                                    + " "
                                                                    + request.getHeader("x-a"))
                                                    .end(body));
            case "/redirect" ->
                    request.response().setStatusCode(302).putHeader("location", "/hello").end();
            case "/gzip" ->
                    request.response()
                            .putHeader("content-encoding", "gzip")
                            .end(Buffer.buffer(gzip(new byte[5_000_000])));
            case "/damaged" ->
                    request.response()
                            .putHeader("content-encoding", "gzip")
                            .end("this is not gzip at all");
            case "/hang" -> {
                request.response().exceptionHandler(gone -> abandoned.countDown());
                request.response().closeHandler(gone -> abandoned.countDown());
                reached.countDown();
            }
            default -> request.response().end("hello");
        }
    }

    private HostSession session(List<String> net) {
        return new FetchBinding(
                        vertx,
                        clients,
                        destinations,
                        new PermittedHosts(net),
                        _ -> usage,
                        Traces.off())
                .open(new TestGuest(PublicFixture.HELLO, Optional.empty()));
    }

    private Object[] open(String method, String url, Object[] headers, byte[] body) {
        return (Object[]) run("open", method, url, headers, body);
    }

    private Object run(String operation, Object... arguments) {
        return session.start(operation, arguments).toCompletableFuture().join();
    }

    private GuestError refused(String url) {
        return failure(() -> open("GET", url, NONE, null));
    }

    private static GuestError failure(Runnable work) {
        return (GuestError)
                org.junit.jupiter.api.Assertions.assertThrows(CompletionException.class, work::run)
                        .getCause();
    }

    private String text(Object[] head) {
        return new String(bytes(head), StandardCharsets.UTF_8);
    }

    private byte[] bytes(Object[] head) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] piece = (byte[]) run("read", head[3]);
                piece != null;
                piece = (byte[]) run("read", head[3])) {
            all.writeBytes(piece);
        }
        return all.toByteArray();
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(all)) {
            out.write(bytes);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
        return all.toByteArray();
    }
}
