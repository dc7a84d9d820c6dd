package io.echelon.isolatepool.platform;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.isolatepool.EventHandler;
import io.echelon.isolatepool.EventKind;
import io.echelon.isolatepool.FunctionEvent;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.RevisionId;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code scheduled} and {@code Deno.cron}: found, called, refused. */
final class CronsTest {
    private static final Playground PLAYGROUND = new Playground();

    @AfterAll
    static void closePlayground() {
        PLAYGROUND.close();
    }

    private static FunctionEvent fire(EventKind kind, String name) {
        return new FunctionEvent("fire-1", kind, name, List.of("*/5 * * * *", 1_700_000_000_000.0));
    }

    private static List<EventHandler> handlers(String source) {
        return PLAYGROUND.pool().handlers(PLAYGROUND.install(source));
    }

    @Test
    void anExportedScheduledLearnsOfItsFire() {
        RevisionId id =
                PLAYGROUND.install(
                        """
                        export default {
                          async scheduled(event, env, ctx) {
                            ctx.waitUntil(Promise.resolve());
                            console.log(event.type, event.cron, event.scheduledTime, env.GREETING, event.signal.aborted);
                          },
                        };
                        """);
        Playground.EventEnd end = PLAYGROUND.deliver(id, fire(EventKind.SCHEDULED, ""));
        assertThat(end.report().outcome()).isEqualTo(Outcome.OK);
        assertThat(end.answer()).isEqualTo("-");
        assertThat(PLAYGROUND.takeLog())
                .containsExactly("INFO scheduled */5 * * * * 1700000000000 hello false");
    }

    @Test
    void aRunThatFailsMayAskNotToBeTriedAgain() {
        RevisionId id =
                PLAYGROUND.install(
                        "export default { scheduled(event) { event.noRetry(); throw new Error('no') } }");
        Playground.EventEnd end = PLAYGROUND.deliver(id, fire(EventKind.SCHEDULED, ""));
        assertThat(end.report().outcome()).isEqualTo(Outcome.EXCEPTION);
        assertThat(end.answer()).isEqualTo("final");
        assertThat(PLAYGROUND.takeLog()).isNotEmpty();
    }

    @Test
    void denoCronRegistersHandlersByName() {
        String source =
                """
                Deno.cron("one", "*/5 * * * *", () => console.log("one runs"));
                Deno.cron("two", { minute: { every: 5 } }, { backoffSchedule: [10, 20] }, () => {});
                Deno.cron("aborted", "* * * * *", { signal: AbortSignal.abort() }, () => {});
                """;
        assertThat(handlers(source))
                .containsExactly(
                        new EventHandler(EventKind.CRON, "one", "{\"schedule\":\"*/5 * * * *\"}"),
                        new EventHandler(
                                EventKind.CRON,
                                "two",
                                "{\"schedule\":\"*/5 * * * *\",\"backoffSchedule\":[10,20]}"));
        Playground.EventEnd end =
                PLAYGROUND.deliver(PLAYGROUND.install(source), fire(EventKind.CRON, "one"));
        assertThat(end.report().outcome()).isEqualTo(Outcome.OK);
        assertThat(PLAYGROUND.takeLog()).containsExactly("INFO one runs");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | * * * * *",
                "{ minute: 5, hour: 3 } | 5 3 * * *",
                "{ minute: { every: 5 } } | */5 * * * *",
                "{ hour: { exact: 4 } } | * 4 * * *",
                "{ hour: { exact: [4, 6] }, minute: 0 } | 0 4,6 * * *",
                "{ dayOfMonth: { start: 3 } } | * * 3/1 * *",
                "{ dayOfMonth: { start: 3, every: 2 } } | * * 3/2 * *",
                "{ month: { start: 3, end: 5 } } | * * * 3-5 *",
                "{ dayOfWeek: { start: 1, end: 7, every: 3 } } | * * * * 1-7/3",
            })
    void theJsonFormMeansWhatDenoMakesOfIt(String schedule, String expected) {
        assertThat(handlers("Deno.cron('a', " + schedule + ", () => {});").getFirst().options())
                .isEqualTo("{\"schedule\":\"" + expected + "\"}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Deno.cron() | a name is needed",
                "Deno.cron('', '* * * * *', () => {}) | not empty",
                "Deno.cron('a'.repeat(65), '* * * * *', () => {}) | 65 characters; at most 64",
                "Deno.cron('a/b', '* * * * *', () => {}) | letters, digits",
                "Deno.cron('a') | a schedule is needed",
                "Deno.cron('a', 5, () => {}) | must be a text or an object",
                "Deno.cron('a', { minutes: 5 }, () => {}) | \"minutes\"",
                "Deno.cron('a', { minute: { end: 5 } }, () => {}) | minute of the schedule",
                "Deno.cron('a', '* * * * *') | a handler is needed",
                "Deno.cron('a', '* * * * *', () => {}, () => {}) | two were given",
                "Deno.cron('a', '* * * * *', { backoffSchedule: [1,2,3,4,5,6] }, () => {}) | 6 waits; at most 5",
                "Deno.cron('a', '* * * * *', { backoffSchedule: [3600001] }, () => {}) | 3600001 ms",
                "for (const i of [1, 2]) Deno.cron('a', '* * * * *', () => {}) | already for \"a\"",
            })
    void denoCronRefusesWhatDenoRefuses(String call, String reason) {
        assertThatThrownBy(() -> PLAYGROUND.install(call + ";")).hasMessageContaining(reason);
    }

    @Test
    void denoCronIsForTheTopLevel() {
        RevisionId id =
                PLAYGROUND.install(
                        "export default { scheduled() { Deno.cron('late', '* * * * *', () => {}) } }");
        assertThat(PLAYGROUND.deliver(id, fire(EventKind.SCHEDULED, "")).report().outcome())
                .isEqualTo(Outcome.EXCEPTION);
        assertThat(PLAYGROUND.takeLog().toString()).contains("while the module is evaluated");
    }
}
