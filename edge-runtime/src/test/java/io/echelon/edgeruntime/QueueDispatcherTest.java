package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.QueueCounts;
import io.echelon.kvstore.QueueEntry;
import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.LogLevel;
import io.echelon.tenants.QueueConsumption;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Messages on their way from a function that sends to one that listens. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class QueueDispatcherTest {
    private static final TenantName TENANT = new TenantName("acme");
    private static final LogQuery.Filter EVERYTHING =
            new LogQuery.Filter(Instant.EPOCH, 0, LogLevel.DEBUG, 100);

    /** Sends what the query says. */
    private static final String SENDS =
            """
            async function send(request) {
              const kv = await Deno.openKv();
              const options = JSON.parse(new URL(request.url).searchParams.get("o") ?? "{}");
              await kv.enqueue(new URL(request.url).searchParams.get("m"), options);
              return new Response("sent");
            }
            """;

    private final Production production = new Production();
    private final Traffic traffic = new Traffic(Clock.systemUTC());
    private Targets targets;
    private KvPlayground playground;
    private LogStore logs;
    private QueueDispatcher dispatcher;
    private int apps;

    private static final class Production implements ProductionRevisions {
        private final List<Target> targets = new ArrayList<>();
        private Runnable listener = () -> {};

        @Override
        public synchronized List<Target> production() {
            return List.copyOf(targets);
        }

        @Override
        public synchronized void onProductionChange(Runnable told) {
            listener = told;
        }

        synchronized void set(List<Target> now) {
            targets.clear();
            targets.addAll(now);
            listener.run();
        }
    }

    @BeforeAll
    void open(@TempDir Path folder) {
        playground = new KvPlayground(folder.resolve("kv"));
        targets =
                new Targets(
                        new TenantGates(AdmissionPolicy.DEFAULT),
                        new SimpleMeterRegistry(),
                        playground.usage());
        logs = new LogStore(folder.resolve("logs"), "node-1", Clock.systemUTC());
    }

    @AfterAll
    void close() {
        playground.close();
        logs.close();
    }

    @BeforeEach
    void start() {
        start(QueueConsumer.LEASE);
    }

    private void start(Duration lease) {
        dispatcher =
                new QueueDispatcher(
                        production,
                        playground.store(),
                        new QueueConsumer.Services(
                                playground.pool(),
                                () -> "",
                                traffic,
                                logs,
                                Clock.systemUTC(),
                                lease,
                                Traces.off()));
        dispatcher.start();
    }

    @AfterEach
    void stop() {
        dispatcher.close();
        production.set(List.of());
        playground.takeLog();
    }

    private RevisionId produce(String source) {
        return produce("app-" + ++apps, source);
    }

    private RevisionId produce(String app, String source) {
        RevisionId id =
                playground.install(
                        TENANT,
                        app,
                        Map.of("main.js", SENDS + source),
                        KvBinding.Access.GRANTED,
                        Isolation.REQUEST,
                        KvPlayground.WIDE);
        production.set(List.of(targets.of(id, FunctionLimits.DEFAULT, null)));
        return id;
    }

    private void send(RevisionId id, String message, String options) {
        assertThat(
                        playground
                                .get(
                                        id,
                                        "/?m="
                                                + message
                                                + "&o="
                                                + URLEncoder.encode(
                                                        options, StandardCharsets.UTF_8))
                                .text())
                .isEqualTo("sent");
    }

    private KvQueue queue(RevisionId id) {
        return playground.database(id.tenant().value(), id.app().value()).queue().orElseThrow();
    }

    private boolean isEmpty(RevisionId id) {
        return queue(id).counts().join().equals(new QueueCounts(0, 0, 0, null));
    }

    private static void until(BooleanSupplier condition) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime() - end).as("the condition came true").isNegative();
            LockSupport.parkNanos(5_000_000);
        }
    }

    /** What was logged, when it is as many lines. */
    private List<String> awaitLog(int lines) {
        List<String> all = new ArrayList<>();
        until(
                () -> {
                    all.addAll(playground.takeLog());
                    return all.size() >= lines;
                });
        return all;
    }

    @Test
    void whatAFunctionSendsComesToItsListener() {
        RevisionId id =
                produce(
                        """
                        const kv = await Deno.openKv();
                        await kv.listenQueue(async (message) => console.log(`got ${message}`));
                        Deno.serve(send);
                        """);
        send(id, "one", "{}");
        send(id, "two", "{}");
        assertThat(awaitLog(2)).containsExactlyInAnyOrder("INFO got one", "INFO got two");
        until(() -> isEmpty(id));
    }

    @Test
    void anExportedHandlerGetsBatchesAndDecidesOnEachMessage() {
        RevisionId id =
                produce(
                        """
                        export default {
                          fetch: send,
                          queue(batch) {
                            for (const message of batch.messages) {
                              console.log(`${batch.queue} ${message.body} ${message.attempts}`);
                              if (message.attempts === 1) message.retry({ delaySeconds: 0 });
                            }
                          },
                        };
                        """);
        send(id, "one", "{}");
        String name = id.app().value();
        assertThat(awaitLog(2))
                .containsExactly("INFO %s one 1".formatted(name), "INFO %s one 2".formatted(name));
        until(() -> isEmpty(id));
    }

    @Test
    void aMessageThatFailsIsTriedAgainAndThenWrittenUnderItsKeys() {
        RevisionId id =
                produce(
                        """
                        (await Deno.openKv()).listenQueue((message) => { throw new Error(`no ${message}`); });
                        export default { fetch: send };
                        """);
        send(id, "x", "{\"backoffSchedule\":[1,5],\"keysIfUndelivered\":[[\"lost\",1]]}");
        assertThat(awaitLog(3)).allMatch(line -> line.startsWith("ERROR Error: no x"));
        until(() -> isEmpty(id));
        assertThat(playground.database("acme", id.app().value()).get(KvKey.of("lost", 1.0)).join())
                .isPresent();
    }

    @Test
    void aMessageWithoutKeysIsKeptAmongTheDead() {
        RevisionId id =
                produce("export default { fetch: send, queue() { throw new Error('no'); } };");
        send(id, "x", "{\"backoffSchedule\":[]}");
        until(() -> queue(id).counts().join().dead() == 1);
    }

    @Test
    void messagesOfAnAppThatDoesNotListenWait() {
        RevisionId deaf = produce("export default { fetch: send };");
        send(deaf, "later", "{}");
        RevisionId listening =
                produce(
                        "export default { fetch: send, queue: (batch) => console.log(batch.messages[0].body) };");
        send(listening, "now", "{}");
        assertThat(awaitLog(1)).containsExactly("INFO now");
        assertThat(queue(deaf).peek(KvQueue.Part.LIVE, 10).join())
                .singleElement()
                .matches(
                        entry ->
                                entry.state() == QueueEntry.State.WAITING && entry.attempts() == 0);
    }

    @Test
    void anotherRevisionTakesOver() {
        RevisionId first =
                produce(
                        "export default { fetch: send, queue: (b) => console.log('first ' + b.messages[0].body) };");
        send(first, "a", "{}");
        assertThat(awaitLog(1)).containsExactly("INFO first a");
        RevisionId second =
                produce(
                        first.app().value(),
                        "export default { fetch: send, queue: (b) => console.log('second ' + b.messages[0].body) };");
        playground.pool().remove(first);
        send(second, "b", "{}");
        assertThat(awaitLog(1)).containsExactly("INFO second b");
    }

    @Test
    void aListenerOfANamedDatabaseGetsItsMessages() {
        RevisionId id =
                produce(
                        """
                        const jobs = await Deno.openKv("jobs");
                        jobs.listenQueue((message) => console.log(`job ${message}`));
                        export default {
                          async fetch() {
                            await jobs.atomic().set(["a"], 1).enqueue("n").commit();
                            return new Response("sent");
                          },
                        };
                        """);
        playground.get(id, "/");
        assertThat(awaitLog(1)).containsExactly("INFO job n");
    }

    @Test
    void aHandlerThatRunsForLongKeepsItsMessage() {
        dispatcher.close();
        start(Duration.ofSeconds(9));
        RevisionId id =
                produce(
                        """
                        export default {
                          fetch: send,
                          queue(batch) {
                            console.log("begun");
                            return new Promise((done) => setTimeout(done, 100_000));
                          },
                        };
                        """);
        send(id, "long", "{}");
        awaitLog(1);
        Instant end = claimed(id).due();
        until(() -> claimed(id).due().isAfter(end));
        assertThat(claimed(id).attempts()).isEqualTo(1);
    }

    private QueueEntry claimed(RevisionId id) {
        QueueEntry entry = queue(id).peek(KvQueue.Part.LIVE, 1).join().getFirst();
        assertThat(entry.state()).isEqualTo(QueueEntry.State.CLAIMED);
        return entry;
    }

    @Test
    void aStoppedNodeGivesBackWhatItsHandlersHave() {
        RevisionId id =
                produce(
                        """
                        export default {
                          fetch: send,
                          queue(batch) {
                            console.log(`begun ${batch.messages[0].attempts}`);
                            return new Promise((done) => setTimeout(done, 100_000));
                          },
                        };
                        """);
        send(id, "long", "{}");
        assertThat(awaitLog(1)).containsExactly("INFO begun 1");
        dispatcher.close();
        assertThat(queue(id).counts().join()).matches(counts -> counts.waiting() == 1);
        start();
        assertThat(awaitLog(1)).as("it was not tried to its end").containsExactly("INFO begun 1");
    }

    @Test
    void aDrainedNodeTakesNothingNew() {
        RevisionId id =
                produce("export default { fetch: send, queue: () => console.log('taken') };");
        send(id, "first", "{}");
        awaitLog(1);
        dispatcher.drain();
        send(id, "second", "{}");
        dispatcher.close();
        assertThat(playground.takeLog()).isEmpty();
        assertThat(queue(id).counts().join().waiting()).isEqualTo(1);
    }

    /** A function that sends what its path says through `env.ORDERS`, and takes from queues. */
    private RevisionId takeNamed(String queue, List<QueueConsumption> consumers, String handler) {
        RevisionId id =
                playground.install(
                        TENANT,
                        "named-" + ++apps,
                        Map.of(
                                "main.js",
                                """
                                export default {
                                  async fetch(request, { ORDERS }) {
                                    const { searchParams } = new URL(request.url);
                                    const bodies = searchParams.get("m").split(",");
                                    if (bodies.length > 1) await ORDERS.sendBatch(bodies.map((body) => ({ body })));
                                    else await ORDERS.send(bodies[0], { delaySeconds: 0 });
                                    return new Response("sent");
                                  },
                                  queue: %s
                                };
                                """
                                        .formatted(handler)),
                        KvBinding.Access.GRANTED,
                        Isolation.REQUEST,
                        KvPlayground.WIDE,
                        Map.of("=ORDERS", queue));
        production.set(
                List.of(
                        targets.of(
                                id,
                                KvPlayground.WIDE,
                                null,
                                new PermittedHosts(null),
                                consumers,
                                new Warmth(0))));
        return id;
    }

    @Test
    void aNamedQueueIsTakenInTheBatchesOfItsConfiguration() {
        RevisionId id =
                takeNamed(
                        "orders",
                        List.of(
                                new QueueConsumption("orders", 3, 2_000, 1, null, null, null),
                                new QueueConsumption("others")),
                        "(batch) => console.log(`${batch.queue} ${batch.messages.map(({ body }) => body)}`)");
        send(id, "a,b,c,d", "{}");
        assertThat(awaitLog(1)).containsExactly("INFO orders a,b,c");
        send(id, "e", "{}");
        assertThat(awaitLog(1)).containsExactly("INFO orders d,e");
        until(
                () ->
                        playground
                                        .database("acme", "orders")
                                        .queue()
                                        .orElseThrow()
                                        .counts()
                                        .join()
                                        .claimed()
                                == 0);
    }

    @Test
    void aPoisonMessageIsTriedAsOftenAsConfiguredGoesToTheDeadLettersAndIsNamedInTheLog() {
        RevisionId id =
                takeNamed(
                        "poison",
                        List.of(
                                new QueueConsumption("poison", 1, 0, 2, 7, 0, "poison-dead"),
                                new QueueConsumption("unused")),
                        "(batch) => { if (batch.messages[0].body === 'bad') throw new Error(`attempt ${batch.messages[0].attempts}`); }");
        send(id, "bad,good", "{}");
        KvQueue dead = playground.database("acme", "poison-dead").queue().orElseThrow();
        until(() -> dead.counts().join().waiting() == 1);
        assertThat(awaitLog(8))
                .hasSize(8)
                .allMatch(line -> line.startsWith("ERROR Error: attempt "));
        KvQueue queue = playground.database("acme", "poison").queue().orElseThrow();
        until(() -> queue.counts().join().equals(new QueueCounts(0, 0, 0, null)));
        until(
                () ->
                        logged(id)
                                .contains(
                                        "given up after 8 attempts: it is sent to the queue poison-dead"));
    }

    /** What the platform has written to an app's log. */
    private String logged(RevisionId id) {
        return logs.segments(id.tenant(), id.app()).stream()
                .flatMap(
                        segments -> {
                            try {
                                return new LogQuery(segments, EVERYTHING).history().stream();
                            } catch (IOException e) {
                                throw new UncheckedIOException(e);
                            }
                        })
                .map(line -> new String(line, StandardCharsets.UTF_8))
                .collect(Collectors.joining());
    }

    @Test
    void twoHandlersOfOneQueueAreRefused() {
        assertThatThrownBy(
                        () ->
                                produce(
                                        "(await Deno.openKv()).listenQueue(() => {}); export default { queue() {} };"))
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining("one of them has to go");
        assertThatThrownBy(
                        () ->
                                produce(
                                        "const kv = await Deno.openKv(); kv.listenQueue(() => {}); await kv.listenQueue(() => {}); Deno.serve(send);"))
                .isInstanceOf(CompletionException.class)
                .hasMessageContaining("was called already");
    }

    @Test
    void listeningIsForTheTopLevel() {
        RevisionId id =
                produce(
                        """
                        export default {
                          async fetch() {
                            try {
                              await (await Deno.openKv()).listenQueue(() => {});
                            } catch (error) {
                              return new Response(error.message);
                            }
                          },
                        };
                        """);
        assertThat(playground.get(id, "/").text())
                .isEqualTo(
                        "Deno.Kv.listenQueue must be called while the module is evaluated, not in a call");
    }
}
