package io.echelon.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Scheduled functions as a user sees them, with real processes, one of which is killed. */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
final class CronTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String EVERY_SECOND =
            """
            { "main": "main.js", "crons": [
              { "name": "tick", "schedule": "* * * * * *", "overlap": "queue", "missed": "all" },
              { "name": "yearly", "schedule": "@yearly" } ] }
            """;
    private static final String SOURCE =
            """
            Deno.cron("coded", { month: 1 }, { backoffSchedule: [] }, () => { throw new Error("always"); });
            export default {
              fetch: () => new Response("hi"),
              scheduled(event) { console.log(`${event.cron} at ${event.scheduledTime}`); },
            };
            """;

    @TempDir private static Path home;
    private static Platform platform;
    private static Edge edge;

    @BeforeAll
    static void start() throws Exception {
        platform = Platform.start(home);
        edge = platform.edge(home);
        assertThat(deploy("clock", EVERY_SECOND, SOURCE).exitCode()).isZero();
    }

    @AfterAll
    static void stop() throws Exception {
        platform.stop();
    }

    private static Edge.Result deploy(String app, String configuration, String source)
            throws Exception {
        Path folder = Files.createDirectories(home.resolve(app));
        Files.writeString(folder.resolve("edge.json"), configuration);
        Files.writeString(folder.resolve("main.js"), source);
        return edge.run("deploy", folder.toString(), "--app", app, "--json");
    }

    /** Runs, oldest first. */
    private static List<JsonNode> runs(String name) throws Exception {
        Edge.Result result = edge.run("cron", "runs", "clock", name, "--limit", "1000", "--json");
        assertThat(result.exitCode()).as(result.toString()).isZero();
        List<JsonNode> runs = new ArrayList<>();
        for (String line : result.out().lines().toList()) {
            runs.add(MAPPER.readTree(line));
        }
        return runs.reversed();
    }

    private static List<JsonNode> ended(String name) throws Exception {
        return runs(name).stream()
                .filter(run -> run.path("outcome").asText().equals("ok"))
                .toList();
    }

    private static Instant time(JsonNode run) {
        return Instant.parse(run.path("scheduledTime").asText());
    }

    @Test
    void firesEverySecondOnceAlsoWhenTheNodeIsKilled() throws Exception {
        Until.holds(() -> ended("tick").size() >= 3);
        ProcessHandle node = platform.node(0);
        node.destroyForcibly();
        node.onExit().get(30, TimeUnit.SECONDS);
        Instant killed = Instant.now();
        Until.holds(
                () ->
                        platform.answer(0, "clock.localhost").equals("hi")
                                && ended("tick").stream()
                                        .anyMatch(run -> time(run).isAfter(killed.plusSeconds(3))));

        List<JsonNode> runs = ended("tick");
        Set<String> lost = new HashSet<>();
        for (JsonNode run : runs("tick")) {
            if (run.path("outcome").asText().equals("nodeLost")) {
                lost.add(run.path("fire").asText());
            }
        }
        for (int i = 1; i < runs.size(); i++) {
            assertThat(time(runs.get(i)))
                    .as("the fire after %s", runs.get(i - 1))
                    .isEqualTo(time(runs.get(i - 1)).plusSeconds(1));
        }
        assertThat(runs)
                .allSatisfy(
                        run ->
                                assertThat(run.path("attempt").asInt())
                                        .isEqualTo(
                                                lost.contains(run.path("fire").asText()) ? 2 : 1));
    }

    @Test
    void runsWhatIsTriggeredAndLogsIt() throws Exception {
        Edge.Result result =
                edge.run(
                        "cron",
                        "trigger",
                        "clock",
                        "yearly",
                        "--at",
                        "2020-02-29T00:00:00Z",
                        "--json");
        assertThat(result.exitCode()).as(result.toString()).isZero();
        JsonNode run = result.json();
        assertThat(run.path("scheduledTime").asText()).isEqualTo("2020-02-29T00:00:00Z");
        String requestId = run.path("requestId").asText();
        Until.holds(
                () ->
                        edge.run("logs", "clock", "--json", "--limit", "1000")
                                .out()
                                .lines()
                                .anyMatch(
                                        line ->
                                                line.contains("@yearly at 1582934400000")
                                                        && line.contains(requestId)));

        Edge.Result coded = edge.run("cron", "trigger", "clock", "coded", "--json");
        assertThat(coded.exitCode()).isEqualTo(1);
        assertThat(coded.json().path("outcome").asText()).isEqualTo("exception");
    }

    @Test
    void pausesExplainsAndLists() throws Exception {
        assertThat(edge.run("cron", "pause", "clock", "yearly").exitCode()).isZero();
        Edge.Result list = edge.run("cron", "list", "clock", "--json");
        assertThat(list.json().findValuesAsText("name")).containsExactly("coded", "tick", "yearly");
        assertThat(list.json().path(2).path("state").asText()).isEqualTo("paused");
        assertThat(edge.run("cron", "resume", "clock", "yearly").exitCode()).isZero();
        Edge.Result explained =
                edge.run(
                        "cron",
                        "explain",
                        "30 2 * * *",
                        "--timezone",
                        "Europe/Berlin",
                        "--after",
                        "2026-03-28T12:00:00Z",
                        "--count",
                        "2");
        assertThat(explained.out().lines())
                .containsExactly(
                        "Sun 2026-03-29 03:00:00 +02:00", "Mon 2026-03-30 02:30:00 +02:00");
        assertThat(edge.run("cron", "runs", "clock", "tock").exitCode()).isEqualTo(4);
    }

    @Test
    void refusesADeploymentWhoseCronsCannotRun() throws Exception {
        String named = "{ \"crons\": [{ \"name\": \"a\", \"schedule\": \"%s\" }] }";
        String fetchOnly = "export default { fetch: () => new Response('') };";
        Edge.Result unhandled = deploy("unhandled", named.formatted("* * * * *"), fetchOnly);
        assertThat(unhandled.exitCode()).isEqualTo(1);
        assertThat(unhandled.err() + unhandled.out()).contains("exports no handler");
        Edge.Result never = deploy("never", named.formatted("0 0 30 2 *"), SOURCE);
        assertThat(never.err() + never.out()).contains("never fire");
        Edge.Result coded = deploy("coded", "{}", "Deno.cron('a', '* * * * 0', () => {});");
        assertThat(coded.exitCode()).isEqualTo(1);
        assertThat(coded.err() + coded.out()).contains("not in range [1, 7]");
    }
}
