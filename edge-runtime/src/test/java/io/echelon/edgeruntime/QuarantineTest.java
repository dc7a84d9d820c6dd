package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A function that is stopped again and again is answered by another process, and comes back. */
@Timeout(60)
final class QuarantineTest {
    private final PublicFixture node = new PublicFixture(concurrency(3), null, null, List.of());
    private final PublicFixture ward = new PublicFixture();
    private volatile CompletableFuture<Target> found;
    private HttpServer internal;

    private static AdmissionPolicy concurrency(int most) {
        AdmissionPolicy usual = AdmissionPolicy.DEFAULT;
        return new AdmissionPolicy(
                usual.tenantRequestsPerSecond(),
                usual.tenantBurst(),
                most,
                usual.nodeWaiting(),
                usual.nodeHeapPercent());
    }

    @BeforeEach
    void connect() {
        found = CompletableFuture.completedFuture(ward.router.loaded(PublicFixture.HELLO));
        Router routes = Router.router(ward.vertx);
        ForwardRoutes.mount(
                routes,
                new ForwardRoutes.Parts(
                        ward.admission,
                        head -> found,
                        ward.traffic,
                        ward.traces,
                        () -> true,
                        () -> WarmList.EMPTY,
                        () -> Duration.ofSeconds(60)));
        internal =
                ward.vertx
                        .createHttpServer(
                                new HttpServerOptions().setMaxHeaderSize(ForwardedHead.MAX_BYTES))
                        .requestHandler(routes)
                        .listen(0, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join();
        node.quarantined =
                new Peer(
                        "node-1-quarantine",
                        Instant.EPOCH,
                        false,
                        false,
                        new Peer.Way(
                                URI.create("http://127.0.0.1:" + internal.actualPort()),
                                node.vertx.createHttpClient(NodeForwarding.options()),
                                null));
    }

    @AfterEach
    void close() {
        node.close();
        ward.close();
    }

    private void rests() {
        node.pool.resting.add(PublicFixture.HELLO);
    }

    private boolean isAnsweredThere(String path) throws Exception {
        node.pool.lastRequest = null;
        ward.pool.lastRequest = null;
        HttpResponse<String> answer = node.get(path);
        assertThat(answer.headers().firstValue("x-echelon-revision")).contains("v3");
        assertThat(node.pool.lastRequest == null).isNotEqualTo(ward.pool.lastRequest == null);
        return ward.pool.lastRequest != null;
    }

    private double requests(Relay.End end) {
        return node.registry
                .counter(
                        "echelon.node.quarantine.requests",
                        "outcome",
                        end.name().toLowerCase(Locale.ROOT))
                .count();
    }

    private static double outcomes(PublicFixture of, String outcome) {
        return of.registry.get("echelon.requests").tag("outcome", outcome).counter().count();
    }

    private void pass(Duration time) {
        node.nanoTime.addAndGet(time.toNanos());
        node.quarantine.look();
    }

    private static void until(BooleanSupplier holds) {
        while (!holds.getAsBoolean()) {
            LockSupport.parkNanos(1_000_000);
        }
    }

    private void isQuiet() {
        until(() -> node.traffic.underWay() == 0 && ward.traffic.underWay() == 0);
    }

    @Test
    void aRevisionThatRestsIsAnsweredThereAndItsOwnerIsTold() throws Exception {
        assertThat(isAnsweredThere("/hello")).isFalse();
        rests();
        assertThat(isAnsweredThere("/hello")).isTrue();
        assertThat(isAnsweredThere("/hello")).isTrue();
        assertThat(node.notices).singleElement().asString().contains("a process of its own");
        assertThat(requests(Relay.End.ANSWERED)).isEqualTo(2);
        assertThat(outcomes(node, "ok")).as("each counted once by the node").isEqualTo(3);
        isQuiet();
    }

    @Test
    void itComesBackWhenNothingWasStoppedForFiveMinutes() throws Exception {
        rests();
        assertThat(isAnsweredThere("/hello")).isTrue();
        pass(Duration.ofMinutes(4));
        assertThat(isAnsweredThere("/exceededCpu")).isTrue();
        pass(Duration.ofMinutes(4));
        assertThat(isAnsweredThere("/hello")).as("stopped four minutes ago").isTrue();
        pass(Duration.ofMinutes(2));
        assertThat(isAnsweredThere("/hello")).isFalse();
        assertThat(node.notices).hasSize(2).last().asString().contains("where all others are");
    }

    @Test
    void theProcessIsWantedWhileARevisionIsThereAndFiveMinutesMore() throws Exception {
        pass(Duration.ofHours(1));
        assertThat(node.quarantineNeeded).isFalse();
        rests();
        assertThat(isAnsweredThere("/hello")).isTrue();
        pass(Duration.ofSeconds(1));
        assertThat(node.quarantineNeeded).isTrue();
        pass(Duration.ofSeconds(295));
        assertThat(node.notices).hasSize(1);
        pass(Duration.ofSeconds(10));
        assertThat(node.notices).as("it has gone").hasSize(2);
        pass(Duration.ofMinutes(4));
        assertThat(node.quarantineNeeded).isTrue();
        pass(Duration.ofMinutes(2));
        assertThat(node.quarantineNeeded).isFalse();
    }

    @Test
    void theNodeAnswersWhenTheProcessIsNotThereOrRefuses() throws Exception {
        rests();
        Peer process = node.quarantined;
        node.quarantined = null;
        node.quarantineComes.set(true);
        HttpResponse<String> refused = node.get("/hello");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.headers().firstValue("x-echelon-outcome")).contains("overloaded");
        assertThat(refused.headers().firstValue("retry-after")).contains("1");
        assertThat(refused.body()).contains("is being started");
        node.quarantineComes.set(false);
        assertThat(isAnsweredThere("/hello")).isFalse();
        node.quarantined = process;
        found = CompletableFuture.failedFuture(new IllegalStateException("not loaded"));
        assertThat(isAnsweredThere("/hello")).isFalse();
        assertThat(requests(Relay.End.RETURNED)).isEqualTo(1);
        isQuiet();
    }

    /** It may have ended by what this very request does. */
    @Test
    void whatTheProcessDiedOfIsNotTriedByTheNode() throws Exception {
        rests();
        internal.close().toCompletionStage().toCompletableFuture().join();
        node.pool.lastRequest = null;
        HttpResponse<String> refused = node.get("/hello");
        assertThat(refused.statusCode()).isEqualTo(503);
        assertThat(refused.body()).contains("OVERLOADED", "is being started");
        assertThat(node.pool.lastRequest).isNull();
        assertThat(requests(Relay.End.RETURNED)).isEqualTo(1);
        isQuiet();
    }

    @Test
    void aRequestWaitsWithItsBodyWhileItsRevisionIsLoaded() throws Exception {
        rests();
        Target target = found.join();
        found = new CompletableFuture<>();
        CompletableFuture<Target> loading = found;
        CompletableFuture.delayedExecutor(300, TimeUnit.MILLISECONDS)
                .execute(() -> loading.complete(target));
        byte[] body = "x".repeat(1_000_000).getBytes(StandardCharsets.UTF_8);
        HttpResponse<String> answer =
                node.send(node.request("/echo").POST(BodyPublishers.ofByteArray(body)).build());
        assertThat(answer.body().length()).isEqualTo(body.length);
        assertThat(ward.pool.lastRequest).isNotNull();
    }

    /** Three are let in at a time: whoever kept his place would have the fourth refused. */
    @Test
    void everyRequestGivesItsPlaceBack() throws Exception {
        rests();
        for (int i = 0; i < 4; i++) {
            assertThat(isAnsweredThere("/hello")).isTrue();
            assertThat(isAnsweredThere("/exceededCpu")).isTrue();
            assertThat(node.raw("GET /break HTTP/1.1|Host: hello.localhost||")).contains("begun");
        }
        isQuiet();
        internal.close().toCompletionStage().toCompletableFuture().join();
        for (int i = 0; i < 4; i++) {
            assertThat(node.get("/hello").statusCode()).isEqualTo(503);
        }
        node.pool.forgive(PublicFixture.HELLO);
        assertThat(node.get("/hello").statusCode()).isEqualTo(200);
        isQuiet();
    }
}
