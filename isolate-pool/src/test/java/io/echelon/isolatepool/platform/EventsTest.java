package io.echelon.isolatepool.platform;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.isolatepool.Call;
import io.echelon.isolatepool.CallReport;
import io.echelon.isolatepool.EventHandler;
import io.echelon.isolatepool.EventKind;
import io.echelon.isolatepool.FunctionEvent;
import io.echelon.tenants.AppName;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Events on their way to the handlers of a module: found, called, answered, stopped. */
final class EventsTest {
    private static final Playground PLAYGROUND = new Playground();

    /** Events that wait at a time; fewer than the pool lets wait. */
    private static final int MANY = 90;

    /** {@code "one"}, {@code 2} and {@code {three: 3}} in the format of V8. */
    private static final byte[] ONE = HexFormat.of().parseHex("ff0f22036f6e65");

    private static final byte[] TWO = HexFormat.of().parseHex("ff0f4904");
    private static final byte[] THREE =
            HexFormat.of().parseHex("ff0f6f220574687265654906" + "7b01");

    @AfterAll
    static void closePlayground() {
        PLAYGROUND.close();
    }

    private static FunctionEvent messages(byte[]... payloads) {
        List<Object> values = new ArrayList<>();
        values.add("jobs");
        for (int i = 0; i < payloads.length; i++) {
            values.addAll(List.of("id-" + i, 1_700_000_000_000.0, i + 1, payloads[i]));
        }
        return new FunctionEvent("event-1", EventKind.QUEUE, "", List.copyOf(values));
    }

    private static Playground.EventEnd send(String source, byte[]... payloads) {
        return PLAYGROUND.deliver(PLAYGROUND.install(source), messages(payloads));
    }

    @Test
    void anExportedQueueGetsABatch() {
        Playground.EventEnd end =
                send(
                        """
                        export default {
                          async queue(batch, env, ctx) {
                            const all = batch.messages.map((m) => [m.id, m.timestamp.toISOString(), m.attempts, m.body]);
                            console.log(JSON.stringify([batch.queue, all, env.GREETING, typeof ctx.waitUntil]));
                          },
                        };
                        """,
                        ONE,
                        TWO,
                        THREE);
        assertThat(end.report().outcome()).isEqualTo(Outcome.OK);
        assertThat(end.answer()).isEqualTo("-,-,-");
        assertThat(PLAYGROUND.takeLog())
                .containsExactly(
                        "INFO [\"jobs\",[[\"id-0\",\"2023-11-14T22:13:20.000Z\",1,\"one\"],"
                                + "[\"id-1\",\"2023-11-14T22:13:20.000Z\",2,2],"
                                + "[\"id-2\",\"2023-11-14T22:13:20.000Z\",3,{\"three\":3}]],"
                                + "\"hello\",\"function\"]");
    }

    @Test
    void theFirstDecisionOnAMessageHolds() {
        String source =
                """
                export default {
                  queue({ messages: [first, second], ...batch }) {
                    first.ack();
                    first.retry();
                    second.retry({ delaySeconds: 29.5 });
                    second.ack();
                  },
                };
                """;
        assertThat(send(source, ONE, TWO, THREE).answer()).isEqualTo("a,r30,-");
        String all =
                """
                export default {
                  queue(batch) {
                    batch.messages[1].ack();
                    batch.retryAll();
                    batch.ackAll();
                  },
                };
                """;
        assertThat(send(all, ONE, TWO, THREE).answer()).isEqualTo("r,a,r");
    }

    @Test
    void whatWasDecidedBeforeAHandlerThrewIsTold() {
        Playground.EventEnd end =
                send(
                        "export default { async queue(batch) { batch.messages[0].ack(); throw new Error('no'); } }",
                        ONE,
                        TWO);
        assertThat(end.report().outcome()).isEqualTo(Outcome.EXCEPTION);
        assertThat(end.answer()).isEqualTo("a,-");
        assertThat(PLAYGROUND.takeLog()).anyMatch(line -> line.startsWith("ERROR Error: no"));
    }

    @Test
    void waitsForWhatTheHandlerAsksToBeWaitedFor() {
        Playground.EventEnd end =
                send(
                        """
                        export default {
                          queue(batch, env, ctx) {
                            ctx.waitUntil(new Promise((done) => setTimeout(done, 20)).then(() => console.log("waited")));
                          },
                        };
                        """,
                        ONE);
        assertThat(end.report().outcome()).isEqualTo(Outcome.OK);
        assertThat(PLAYGROUND.takeLog()).containsExactly("INFO waited");
    }

    @Test
    void aMessageThatCannotBeReadFailsWhereItIsRead() {
        assertThat(
                        send("export default { queue(b) { b.messages[0].ack(); } }", new byte[] {1})
                                .answer())
                .isEqualTo("a");
        Playground.EventEnd end =
                send("export default { queue(b) { return b.messages[0].body; } }", new byte[] {1});
        assertThat(end.report().outcome()).isEqualTo(Outcome.EXCEPTION);
        PLAYGROUND.takeLog();
    }

    @Test
    void aDelayMustBeATime() {
        Playground.EventEnd end =
                send(
                        "export default { queue(b) { b.messages[0].retry({ delaySeconds: -1 }); } }",
                        ONE);
        assertThat(end.report().outcome()).isEqualTo(Outcome.EXCEPTION);
        assertThat(PLAYGROUND.takeLog().getFirst())
                .contains("delaySeconds is -1; it must be between 0 and 2592000");
    }

    @Test
    void tellsWhichHandlersARevisionHas() {
        RevisionId with =
                PLAYGROUND.install("export default { queue() {}, fetch: () => new Response() }");
        assertThat(PLAYGROUND.pool().handlers(with))
                .containsExactly(new EventHandler(EventKind.QUEUE, "", ""));
        assertThat(PLAYGROUND.get(with, "/").report().outcome()).isEqualTo(Outcome.OK);
        RevisionId without = PLAYGROUND.install("export default { fetch: () => new Response() }");
        assertThat(PLAYGROUND.pool().handlers(without)).isEmpty();
        assertThat(PLAYGROUND.deliver(without, messages(ONE)).report())
                .extracting(CallReport::outcome, CallReport::message)
                .containsExactly(
                        Outcome.NOT_FOUND,
                        "Revision %s has no handler of the kind queue for \"\"".formatted(without));
        RevisionId unknown = new RevisionId(new TenantName("default"), new AppName("none"), 1);
        assertThat(PLAYGROUND.pool().handlers(unknown)).isEmpty();
        assertThat(PLAYGROUND.deliver(unknown, messages(ONE)).report().outcome())
                .isEqualTo(Outcome.NOT_FOUND);
    }

    @Test
    void aFunctionOfEventsAloneRefusesRequests() {
        RevisionId id = PLAYGROUND.install("export default { queue() {} }");
        assertThat(PLAYGROUND.get(id, "/").report().outcome()).isEqualTo(Outcome.EXCEPTION);
        assertThat(PLAYGROUND.takeLog().getFirst()).contains("no handler of requests");
    }

    @Test
    void eachEventIsServedByAFreshIsolate() {
        RevisionId id =
                PLAYGROUND.install("let n = 0; export default { queue() { console.log(++n); } }");
        for (int i = 0; i < 3; i++) {
            PLAYGROUND.deliver(id, messages(ONE));
        }
        assertThat(PLAYGROUND.takeLog()).containsExactly("INFO 1", "INFO 1", "INFO 1");
    }

    @Test
    void anEventThatWaitsForNothingIsHung() {
        Playground.EventEnd end =
                send("export default { queue: () => new Promise(() => {}) }", ONE);
        assertThat(end.report().outcome()).isEqualTo(Outcome.HUNG);
        assertThat(end.answer()).isNull();
        PLAYGROUND.takeLog();
    }

    @Test
    void aCanceledEventEndsAtOnce() throws Exception {
        RevisionId id =
                PLAYGROUND.install(
                        "export default { queue: () => new Promise((done) => setTimeout(done, 250_000)) }");
        CompletableFuture<CallReport> end = new CompletableFuture<>();
        Call call =
                PLAYGROUND.pool().deliver(id, messages(ONE), (report, _) -> end.complete(report));
        call.cancel();
        assertThat(end.get(60, TimeUnit.SECONDS).outcome()).isEqualTo(Outcome.CANCELED);
    }

    @Test
    void aRequestDoesNotWaitBehindManyEvents() {
        RevisionId busy =
                PLAYGROUND.install(
                        "export default { queue() { const end = Date.now() + 20; while (Date.now() < end); } }");
        RevisionId asked = PLAYGROUND.install("export default { fetch: () => new Response() }");
        AtomicInteger ended = new AtomicInteger();
        List<CompletableFuture<CallReport>> events = new ArrayList<>();
        for (int i = 0; i < MANY; i++) {
            CompletableFuture<CallReport> end = new CompletableFuture<>();
            events.add(end);
            PLAYGROUND
                    .pool()
                    .deliver(
                            busy,
                            messages(ONE),
                            (report, _) -> {
                                ended.incrementAndGet();
                                end.complete(report);
                            });
        }
        assertThat(PLAYGROUND.get(asked, "/").report().outcome()).isEqualTo(Outcome.OK);
        assertThat(ended).hasValueLessThan(MANY);
        assertThat(events)
                .allSatisfy(
                        event ->
                                assertThat(event.get(60, TimeUnit.SECONDS).outcome())
                                        .isEqualTo(Outcome.OK));
    }
}
