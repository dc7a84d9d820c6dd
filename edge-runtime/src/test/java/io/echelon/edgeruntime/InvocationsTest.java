package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.edgeruntime.Invocation.State;
import io.echelon.isolatepool.GuestError;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Requests that are answered later, from their row to the callback. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class InvocationsTest {
    private static final TenantName TENANT = new TenantName("acme");
    private static final Clock CLOCK = Clock.systemUTC();

    private final Vertx vertx = Vertx.vertx();
    private final Queue<String> told = new ConcurrentLinkedQueue<>();
    private KvPlayground playground;
    private LogStore logs;
    private Invocations invocations;
    private InvocationCalls calls;
    private OutgoingClients clients;
    private Destinations destinations;
    private HttpServer server;

    @BeforeAll
    void open(@TempDir Path folder) {
        playground = new KvPlayground(folder.resolve("kv"));
        logs = new LogStore(folder.resolve("logs"), "node-1", CLOCK);
        invocations = new Invocations(playground.store(), playground.store(), CLOCK);
        clients = new OutgoingClients(vertx, null);
        destinations =
                new Destinations(
                        new AddressRules(Cidr.parseList("127.0.0.1/32")),
                        InetAddress::getAllByName);
        calls =
                new InvocationCalls(
                        playground.pool(),
                        invocations,
                        new Callbacks(clients, destinations, logs),
                        CLOCK,
                        Traces.off());
        server =
                vertx.createHttpServer()
                        .requestHandler(
                                request ->
                                        request.body()
                                                .onSuccess(
                                                        body -> {
                                                            told.add(
                                                                    request.getHeader(
                                                                                    "x-echelon-invocation-state")
                                                                            + " "
                                                                            + body);
                                                            request.response().end();
                                                        }))
                        .listen(0, "127.0.0.1")
                        .toCompletionStage()
                        .toCompletableFuture()
                        .join();
    }

    @AfterAll
    void close() {
        playground.close();
        logs.close();
        destinations.close();
        clients.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private Target target(String app, String source) {
        RevisionId id =
                playground.install(
                        TENANT,
                        app,
                        Map.of("main.js", source),
                        KvBinding.Access.GRANTED,
                        Isolation.REQUEST,
                        KvPlayground.WIDE);
        return new Targets(
                        new TenantGates(AdmissionPolicy.DEFAULT),
                        new SimpleMeterRegistry(),
                        playground.usage())
                .of(id, KvPlayground.WIDE, null);
    }

    private static DatabaseRef database(Target target) {
        return Invocations.database(target.revision().tenant(), target.revision().app());
    }

    private Invocation accept(Target target, String id, byte[] body, @Nullable String callback) {
        Invocation begun =
                Invocation.begun(
                        id,
                        "POST",
                        "https://app.localhost/work",
                        new String[] {"host", "app.localhost", "x-name", "value"},
                        body.length,
                        callback,
                        CLOCK.instant());
        invocations.create(database(target), begun, body).join();
        return begun;
    }

    private QueueDispatcher deliver(Target target) {
        QueueDispatcher dispatcher =
                new QueueDispatcher(
                        new ProductionRevisions() {
                            @Override
                            public List<Target> production() {
                                return List.of(target);
                            }

                            @Override
                            public void onProductionChange(Runnable listener) {}
                        },
                        playground.store(),
                        new QueueConsumer.Services(
                                playground.pool(),
                                () -> "",
                                new Traffic(CLOCK),
                                logs,
                                CLOCK,
                                QueueConsumer.LEASE,
                                Traces.off()),
                        calls::begin);
        dispatcher.start();
        return dispatcher;
    }

    private Invocation await(Target target, String id, Predicate<Invocation> condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(120);
        while (true) {
            Invocation now = invocations.find(database(target), id).join().orElseThrow();
            if (condition.test(now)) {
                return now;
            }
            assertThat(System.nanoTime() - end).as("%s", now).isNegative();
            LockSupport.parkNanos(5_000_000);
        }
    }

    @Test
    void whatTheFunctionAnswersIsKeptAndToldToTheCallback() {
        Target target =
                target(
                        "later",
                        """
                        export default {
                          async fetch(request) {
                            const body = await request.text();
                            return new Response(`${request.method} ${request.url} ${request.headers.get("x-name")} ${body.length}`,
                              { status: 201, headers: { "x-made": "here" } });
                          },
                        };
                        """);
        byte[] body = "a".repeat(150_000).getBytes(StandardCharsets.UTF_8);
        accept(target, "one", body, "http://127.0.0.1:%d/done".formatted(server.actualPort()));
        try (QueueDispatcher _ = deliver(target)) { // it finds what another node has accepted
            Invocation done = await(target, "one", now -> now.state() != State.QUEUED);
            assertThat(done.state()).as("%s", done).isEqualTo(State.DONE);
            assertThat(done.status()).isEqualTo(201);
            assertThat(done.attempts()).isEqualTo(1);
            assertThat(done.responseHeaders()).contains("x-made", "here");
            String expected = "POST https://app.localhost/work value 150000";
            assertThat(invocations.body(database(target), Invocations.Part.RESPONSE, "one").join())
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo(expected);
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (told.isEmpty()) {
                assertThat(System.nanoTime() - end).isNegative();
                LockSupport.parkNanos(5_000_000);
            }
            assertThat(told).containsExactly("done " + expected);
        }
    }

    @Test
    void aFailureIsTriedAgainAndOneThatIsCanceledIsNotCalled() {
        Target target =
                target(
                        "fails",
                        """
                        export default {
                          async fetch(request, { KV }) {
                            await KV.atomic().sum(["calls"], 1n).commit();
                            const { value } = await KV.get(["calls"]);
                            return new Response(`call ${value}`, { status: value < 3n ? 503 : 200 });
                          },
                        };
                        """);
        Invocation canceled = accept(target, "canceled", new byte[0], null);
        assertThat(
                        invocations
                                .end(
                                        database(target),
                                        canceled.ended(
                                                State.CANCELED,
                                                0,
                                                CLOCK.instant(),
                                                null,
                                                List.of(),
                                                0,
                                                null),
                                        new byte[0])
                                .join())
                .isTrue();
        accept(target, "again", new byte[0], null);
        try (QueueDispatcher dispatcher = deliver(target)) {
            dispatcher.expect(database(target));
            Invocation done = await(target, "again", now -> now.state() != State.QUEUED);
            assertThat(done.state()).isEqualTo(State.DONE);
            assertThat(done.attempts()).isEqualTo(3);
            assertThat(
                            invocations
                                    .body(database(target), Invocations.Part.RESPONSE, "again")
                                    .join())
                    .asString(StandardCharsets.UTF_8)
                    .isEqualTo("call 3");
            assertThat(await(target, "canceled", _ -> true).state()).isEqualTo(State.CANCELED);
        }
    }

    @Test
    void aCallbackThatTheFunctionMayNotReachIsRefused() {
        Target target = target("callbacks", "export default { fetch: () => new Response() };");
        Target narrow =
                new Target(
                        target.revision(),
                        target.label(),
                        target.gate(),
                        target.metrics(),
                        target.usage(),
                        null,
                        new PermittedHosts(List.of("api.example.com")),
                        List.of(),
                        new Warmth(0));
        assertThat(Callbacks.refusal(narrow, "https://api.example.com/done")).isNull();
        assertThat(Callbacks.refusal(narrow, "https://other.example.com/"))
                .contains("permissions.net");
        assertThat(Callbacks.refusal(target, "ftp://api.example.com/")).contains("no address");
        Invocation ended =
                accept(target, "inside", new byte[0], "http://169.254.169.254/latest")
                        .ended(State.DONE, 1, CLOCK.instant(), 200, List.of(), 0, null);
        assertThat(new Callbacks(clients, destinations, logs).tell(target, ended, new byte[0]))
                .succeedsWithin(java.time.Duration.ofSeconds(60));
        assertThat(destinations.find("169.254.169.254"))
                .failsWithin(java.time.Duration.ofSeconds(60))
                .withThrowableThat()
                .withCauseInstanceOf(GuestError.class);
    }
}
