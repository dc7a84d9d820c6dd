package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.tenants.TraceRecord;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Two nodes over real connections: one on which a revision is cold, and one on which it is warm.
 */
@Timeout(60)
final class ForwardingTest {
    private static final String SECRET = "Bearer the secret of the cluster";
    private static final long HOP_NANOS = TimeUnit.MILLISECONDS.toNanos(1);
    private static final long START_NANOS = TimeUnit.SECONDS.toNanos(10);

    private final PublicFixture cold = new PublicFixture();
    private final PublicFixture warm = new PublicFixture();
    private final AtomicInteger connections = new AtomicInteger();
    private HttpServer internal;
    private Peer peer;

    @BeforeEach
    void connect() {
        Router routes = Router.router(warm.vertx);
        routes.route()
                .handler(
                        context -> {
                            if (SECRET.equals(context.request().getHeader("authorization"))) {
                                context.next();
                            } else {
                                context.response().setStatusCode(401).end();
                            }
                        });
        ForwardRoutes.mount(
                routes,
                new ForwardRoutes.Parts(
                        warm.admission,
                        new LoadedHere(warm.router, warm.pool),
                        warm.traffic,
                        warm.traces,
                        () -> true,
                        () -> WarmList.EMPTY,
                        () -> Duration.ofSeconds(60)));
        internal =
                warm.vertx
                        .createHttpServer(
                                new HttpServerOptions().setMaxHeaderSize(ForwardedHead.MAX_BYTES))
                        .connectionHandler(_ -> connections.incrementAndGet())
                        .requestHandler(routes)
                        .listen(0, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join();
        peer = peer(internal.actualPort(), SECRET);
        cold.peers = List.of(peer);
        cold.pool.cold = true;
        cold.pool.startNanos = START_NANOS;
        cold.warmth.set(true);
    }

    @AfterEach
    void close() {
        cold.close();
        warm.close();
    }

    private Peer peer(int port, String secret) {
        Peer made =
                new Peer(
                        "node-2",
                        Instant.EPOCH,
                        false,
                        false,
                        new Peer.Way(
                                URI.create("http://127.0.0.1:" + port),
                                cold.vertx.createHttpClient(NodeForwarding.options()),
                                secret));
        made.answered(list(START_NANOS), HOP_NANOS);
        made.answered(null, HOP_NANOS);
        return made;
    }

    private static WarmList list(long startNanos) {
        return WarmList.of(
                List.of(
                        new WarmList.Ready(
                                PublicFixture.HELLO,
                                WarmList.Cost.ofNanos(startNanos, START_NANOS))));
    }

    private double forwarded(Relay.End end) {
        return cold.registry
                .counter("echelon.node.forwarded", "outcome", end.name().toLowerCase(Locale.ROOT))
                .count();
    }

    private static void until(BooleanSupplier holds) {
        while (!holds.getAsBoolean()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private void isQuiet() {
        until(() -> cold.traffic.underWay() == 0 && warm.traffic.underWay() == 0);
    }

    @Test
    void theNodeOnWhichItIsWarmAnswersAndCounts() throws Exception {
        HttpResponse<String> answer = cold.get("/hello");

        assertThat(answer.body()).isEqualTo("Hello from default/hello/v3");
        assertThat(answer.headers().firstValue("x-echelon-revision")).contains("v3");
        assertThat(answer.headers().allValues("x-echelon-outcome")).containsExactly("ok");
        assertThat(answer.headers().allValues("date")).hasSize(1);
        assertThat(cold.pool.lastRequest).isNull();
        assertThat(warm.pool.lastRequest.requestId())
                .isEqualTo(answer.headers().firstValue("x-echelon-request-id").orElseThrow());
        assertThat(forwarded(Relay.End.ANSWERED)).isEqualTo(1);
        isQuiet();
        assertThat(requests(warm)).isEqualTo(1);
        assertThat(requests(cold)).isZero();
    }

    private static double requests(PublicFixture node) {
        return node.registry.find("echelon.requests").counters().stream()
                .mapToDouble(counter -> counter.count())
                .sum();
    }

    @Test
    void theFunctionSeesWhatItWouldHaveSeenHere() throws Exception {
        HttpRequest request =
                cold.request("/headers?a=b%20c")
                        .version(HttpClient.Version.HTTP_1_1)
                        .header("authorization", "Bearer of the caller")
                        .header("cookie", "a=1")
                        .header("x-forwarded-for", "192.0.2.1")
                        .header("x-echelon-forward-id", "forged")
                        .header("h-cookie", "b=2")
                        .header(
                                "traceparent",
                                "00-" + "4".repeat(32) + "-" + "7".repeat(16) + "-01")
                        .build();
        List<String> there = List.of(cold.send(request).body().split("\n"));
        cold.pool.cold = false;
        List<String> here = List.of(cold.send(request).body().split("\n"));

        assertThat(there).isEqualTo(here).contains("Bearer of the caller", "a=1", "h-cookie");
        assertThat(warm.pool.lastRequest.url()).isEqualTo(cold.pool.lastRequest.url());
        until(() -> warm.traced.stream().anyMatch(ForwardingTest::isOfCaller));
        TraceRecord trace =
                warm.traced.stream().filter(ForwardingTest::isOfCaller).findFirst().orElseThrow();
        assertThat(trace.call().name()).isEqualTo("GET /headers");
        assertThat(trace.spans().getFirst().parentSpanId()).isEqualTo("7".repeat(16));
        assertThat(trace.spans().getFirst().attributes())
                .containsEntry("url.path", "/headers")
                .containsEntry("server.address", "127.0.0.1");
    }

    private static boolean isOfCaller(TraceRecord trace) {
        return trace.call().traceId().equals("4".repeat(32));
    }

    @Test
    void bodiesPassBothWaysWholeAndInPieces() throws Exception {
        byte[] large = new byte[5_000_000];
        new Random(1).nextBytes(large);
        for (String path : List.of("/echo", "/stream")) {
            for (HttpClient.Version version : HttpClient.Version.values()) {
                HttpResponse<byte[]> answer =
                        post(path, version, BodyPublishers.ofByteArray(large));
                assertThat(answer.body()).as("%s %s", path, version).isEqualTo(large);
            }
            HttpResponse<byte[]> chunked =
                    post(
                            path,
                            HttpClient.Version.HTTP_1_1,
                            BodyPublishers.ofByteArrays(
                                    List.of(
                                            Arrays.copyOf(large, 10),
                                            Arrays.copyOfRange(large, 10, large.length))));
            assertThat(chunked.body()).isEqualTo(large);
        }
        assertThat(post("/echo", HttpClient.Version.HTTP_1_1, BodyPublishers.noBody()).body())
                .asString()
                .isEqualTo("no body");
        assertThat(cold.pool.lastRequest).isNull();
        isQuiet();
    }

    private HttpResponse<byte[]> post(
            String path, HttpClient.Version version, HttpRequest.BodyPublisher body)
            throws Exception {
        try (HttpClient client = HttpClient.newBuilder().version(version).build()) {
            return client.send(
                    cold.request(path).POST(body).build(), HttpResponse.BodyHandlers.ofByteArray());
        }
    }

    @Test
    void anAnswerThatNobodyReadsIsNotGathered() throws Exception {
        try (Socket slow = send("GET /pour HTTP/1.1")) {
            long before = -1;
            while (warm.pool.written.get() == 0 || warm.pool.written.get() != before) {
                before = warm.pool.written.get();
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(500));
            }
            assertThat(slow.getInputStream().read()).isEqualTo('H');
        }
        assertThat(warm.pool.written.get()).isLessThan(64L * 1024 * 1024);
        isQuiet();
        assertThat(forwarded(Relay.End.CANCELED) + forwarded(Relay.End.FAILED)).isEqualTo(1);
    }

    private Socket send(String line) throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), cold.port);
        socket.setSoTimeout(20_000);
        socket.getOutputStream()
                .write(
                        (line + "\r\nHost: hello.localhost\r\n\r\n")
                                .getBytes(StandardCharsets.US_ASCII));
        return socket;
    }

    @Test
    void failuresAndAnswersWithoutBodiesPassAsTheyAre() throws Exception {
        for (String path :
                List.of("/exception", "/exceededCpu", "/overloaded", "/204", "/304", "/forge")) {
            HttpResponse<String> there = cold.get(path);
            assertThat(cold.pool.lastRequest).as(path).isNull();
            cold.pool.cold = false;
            HttpResponse<String> here = cold.get(path);
            cold.pool.cold = true;
            cold.pool.lastRequest = null;
            assertThat(there.statusCode()).as(path).isEqualTo(here.statusCode());
            for (String name :
                    List.of("x-echelon-outcome", "set-cookie", "retry-after", "content-length")) {
                assertThat(there.headers().allValues(name))
                        .as("%s %s", path, name)
                        .hasSameSizeAs(here.headers().allValues(name));
            }
        }
        HttpResponse<String> head = cold.send(cold.request("/hello").HEAD().build());
        assertThat(head.headers().firstValue("content-length")).contains("27");
        assertThat(cold.raw("GET /short HTTP/1.1|Host: hello.localhost||")).endsWith("four");
        assertThat(cold.raw("GET /break HTTP/1.1|Host: hello.localhost||"))
                .contains("begun")
                .doesNotEndWith("0\r\n\r\n");
        assertThat(cold.raw("POST /stream HTTP/1.0|Host: hello.localhost|Content-Length: 4||abcd"))
                .contains("onnection: close")
                .endsWith("\r\n\r\nabcd");
        assertThat(cold.pool.lastRequest).isNull();
        isQuiet();
    }

    @Test
    void aCallerThatLeavesCancelsTheCallThere() throws Exception {
        try (Socket _ = send("GET /hang HTTP/1.1")) {
            assertThat(warm.pool.hung.await(20, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(warm.pool.canceled.await(20, TimeUnit.SECONDS)).isTrue();
        until(() -> forwarded(Relay.End.CANCELED) == 1);
    }

    @Test
    void whatTheOtherNodeRefusesIsAnsweredHereWithItsBody() throws Exception {
        warm.pool.cold = true;
        HttpResponse<byte[]> answer =
                post("/echo", HttpClient.Version.HTTP_1_1, BodyPublishers.ofString("mine"));
        assertThat(answer.body()).asString().isEqualTo("mine");
        assertThat(warm.pool.lastRequest).isNull();
        assertThat(forwarded(Relay.End.RETURNED)).isEqualTo(1);
        assertThat(peer.answers()).isTrue();
        assertThat(cold.get("/hello").statusCode()).isEqualTo(200);
        assertThat(forwarded(Relay.End.RETURNED)).as("asked again").isEqualTo(1);

        for (int i = 2; i <= 4; i++) {
            peer.answered(null, HOP_NANOS);
            assertThat(cold.get("/hello").statusCode()).isEqualTo(200);
            assertThat(forwarded(Relay.End.RETURNED)).as("asked after news").isEqualTo(i);
        }
        assertThat(connections).as("one of the body, one of the others").hasValue(2);

        cold.peers = List.of(peer(internal.actualPort(), "Bearer guessed"));
        assertThat(cold.get("/hello").statusCode()).isEqualTo(200);
        assertThat(forwarded(Relay.End.RETURNED)).isEqualTo(5);
        isQuiet();
    }

    @Test
    void whatTheOtherNodeCannotBeAskedIsAnsweredHereAndItIsAskedNoMore() throws Exception {
        internal.close().toCompletionStage().toCompletableFuture().join();
        HttpResponse<byte[]> answer =
                post("/echo", HttpClient.Version.HTTP_1_1, BodyPublishers.ofString("mine"));
        assertThat(answer.body()).asString().isEqualTo("mine");
        assertThat(cold.get("/hello").statusCode()).isEqualTo(200);
        assertThat(forwarded(Relay.End.RETURNED)).isEqualTo(1);
        assertThat(peer.answers()).isFalse();
        isQuiet();
    }

    /** Takes one request's head, and then the connection ends. */
    private static CompletableFuture<Void> dying(ServerSocket server) {
        return CompletableFuture.runAsync(
                () -> {
                    try (Socket socket = server.accept()) {
                        while (socket.getInputStream().read() >= 0) {
                            if (socket.getInputStream().available() == 0) {
                                return;
                            }
                        }
                    } catch (IOException e) {
                        throw new IllegalStateException(e);
                    }
                });
    }

    @Test
    void anIdempotentRequestWhoseNodeDiesIsAnsweredHereAndAnotherIsNotDoneTwice() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            var _ = dying(server);
            cold.peers = List.of(peer(server.getLocalPort(), SECRET));
            HttpRequest put =
                    cold.request("/echo").PUT(BodyPublishers.ofString("to be kept")).build();
            assertThat(cold.send(put).body()).isEqualTo("to be kept");
            assertThat(forwarded(Relay.End.RETURNED)).isEqualTo(1);

            var _ = dying(server);
            cold.pool.lastRequest = null;
            cold.peers = List.of(peer(server.getLocalPort(), SECRET));
            HttpResponse<byte[]> post =
                    post("/echo", HttpClient.Version.HTTP_1_1, BodyPublishers.noBody());
            assertThat(post.statusCode()).isEqualTo(503);
            assertThat(post.body()).asString().contains("may or may not have been done");
            assertThat(cold.pool.lastRequest).isNull();
            assertThat(forwarded(Relay.End.FAILED)).isEqualTo(1);
        }
        isQuiet();
    }

    @Test
    void aNodeThatHangsIsGivenUpOn() throws Exception {
        try (ServerSocket server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
            Peer hangs = peer(server.getLocalPort(), SECRET);
            cold.peers = List.of(hangs);
            CompletableFuture<HttpResponse<String>> answer =
                    CompletableFuture.supplyAsync(
                            () -> {
                                try {
                                    return cold.get("/hello");
                                } catch (Exception e) {
                                    throw new IllegalStateException(e);
                                }
                            });
            try (Socket accepted = server.accept()) {
                assertThat(accepted.getInputStream().read()).isEqualTo('G');
                hangs.giveUp();
                assertThat(answer.get(20, TimeUnit.SECONDS).statusCode()).isEqualTo(200);
            }
            assertThat(hangs.answers()).isFalse();
        }
        isQuiet();
    }

    @Test
    void theNodeAnswersItselfWhatItIsNoSlowerWith() throws Exception {
        cold.pool.startNanos = TimeUnit.MILLISECONDS.toNanos(3); // as of hello
        assertThat(cold.get("/hello").statusCode()).isEqualTo(200);
        cold.pool.startNanos = START_NANOS;
        assertThat(
                        cold.send(
                                        cold.request("/hello")
                                                .header("prefer", "respond-async")
                                                .POST(BodyPublishers.noBody())
                                                .build())
                                .statusCode())
                .isNotEqualTo(200);
        peer.answered(list(0), HOP_NANOS); // in use there, and nothing ready
        assertThat(cold.get("/hello").statusCode()).isEqualTo(200);
        peer.answered(list(START_NANOS), HOP_NANOS);
        peer.isAway();
        assertThat(cold.get("/hello").statusCode()).isEqualTo(200);
        assertThat(warm.pool.lastRequest).isNull();
        assertThat(forwarded(Relay.End.RETURNED)).isZero();
    }

    @Test
    void aRevisionWithManyRequestsIsMadeReadyHereAndOneWithFewIsNot() throws Exception {
        cold.pool.startNanos = 20 * HOP_NANOS;
        for (int i = 0; i < 19; i++) {
            cold.get("/hello");
        }
        assertThat(cold.pool.warmed).isEmpty();
        cold.get("/hello");
        assertThat(cold.pool.warmed).containsExactly(PublicFixture.HELLO);
        assertThat(forwarded(Relay.End.ANSWERED)).isEqualTo(20);
        cold.get("/hello");
        assertThat(cold.pool.lastRequest).isNotNull();
        assertThat(forwarded(Relay.End.ANSWERED)).isEqualTo(20);
    }

    @Test
    void aRevisionThatIsNotLoadedIsAnsweredWhereItIs() throws Exception {
        String text = "GET /hello HTTP/1.1|Host: asleep.localhost||";
        assertThat(cold.raw(text)).contains("Hello from default/hello/v3");
        assertThat(warm.pool.lastRequest.url()).isEqualTo("http://asleep.localhost/hello");
        warm.pool.cold = true; // in use, and still sooner there
        assertThat(cold.raw(text)).contains("Hello from default/hello/v3");
        assertThat(cold.pool.lastRequest).isNull();
        cold.peers = List.of();
        assertThat(cold.raw(text)).contains("Hello from default/hello/v3");
        assertThat(cold.pool.lastRequest).isNotNull();
    }

    @Test
    void aRequestFromOutsideThatLooksHandedOnIsACallers() throws Exception {
        cold.pool.cold = false;
        HttpResponse<String> answer =
                cold.send(
                        cold.request("/url")
                                .header("x-echelon-forward-revision", "default/other/v1")
                                .header("x-echelon-forward-id", "0".repeat(26))
                                .header("x-echelon-forward-scheme", "https")
                                .header("x-echelon-forward-host", "other.localhost")
                                .header("x-echelon-forward-target", "/other")
                                .header("authorization", SECRET)
                                .build());
        assertThat(answer.body()).isEqualTo("GET http://127.0.0.1:%d/url".formatted(cold.port));
        assertThat(answer.headers().firstValue("x-echelon-request-id").orElseThrow())
                .isNotEqualTo("0".repeat(26));
        assertThat(cold.pool.lastRequest.headers())
                .noneMatch(header -> header.startsWith("x-echelon-forward"));
    }

    @Test
    void whatIsNoRequestOfANodeIsRefused() throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), internal.actualPort())) {
            OutputStream out = socket.getOutputStream();
            String request =
                    "GET /forward HTTP/1.1\r\nHost: x\r\nAuthorization: %s\r\n\r\n"
                            .formatted(SECRET);
            out.write(request.getBytes(StandardCharsets.US_ASCII));
            assertThat(PublicFixture.readOne(socket.getInputStream()))
                    .startsWith("HTTP/1.1 400")
                    .contains("x-echelon-forward-revision");
        }
    }
}
