package io.echelon.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A function that is stopped again and again is answered by a process of its own, with all that it
 * had: its database, its log, its usage. The process is behind all others, and ends with its node.
 */
@Timeout(value = 8, unit = TimeUnit.MINUTES)
final class QuarantineTest {
    private static final String HOST = "spins.localhost";
    private static final String ANSWERED =
            "echelon_node_quarantine_requests_total{outcome=\"answered\"}";

    private static final String SOURCE =
            """
            const kv = await Deno.openKv();
            export default {
              async fetch(request) {
                const path = new URL(request.url).pathname;
                if (path === "/spin") for (;;) {}
                await kv.atomic().sum(["n"], 1n).commit();
                const { value } = await kv.get(["n"]);
                console.log("counted to " + value);
                return new Response(String(value));
              },
            };
            """;

    /** What {@code sched_getscheduler(2)} calls SCHED_IDLE, and the field of it in proc(5). */
    private static final String IDLE_POLICY = "5";

    private static final int POLICY_FIELD = 41;

    @TempDir private static Path home;
    private static Platform platform;

    @BeforeAll
    static void start() throws Exception {
        platform = Platform.start(home);
        platform.api().deploy("spins", SOURCE, "request");
        platform.api().deploy("calm", "export default () => new Response('calm');", "request");
    }

    @AfterAll
    static void stop() throws Exception {
        platform.stop();
    }

    private static double metric(String name) throws Exception {
        Matcher line =
                Pattern.compile("^" + Pattern.quote(name) + " (\\S+)$", Pattern.MULTILINE)
                        .matcher(platform.metrics(0));
        return line.find() ? Double.parseDouble(line.group(1)) : Double.NaN;
    }

    private static ProcessHandle quarantine() throws IOException {
        List<ProcessHandle> children = platform.node(0).children().toList();
        assertThat(children).hasSize(1);
        return children.getFirst();
    }

    private static void spinUntilItIsThere() throws Exception {
        Until.holds(
                () -> {
                    assertThat(platform.get(0, HOST, "/spin").statusCode()).isEqualTo(503);
                    return metric("echelon_node_quarantine_ready") == 1;
                });
    }

    /**
     * Calls the function until its answer came from the other process; that is what it answered.
     */
    private static String countThere() throws Exception {
        String[] answer = {""};
        Until.holds(
                () -> {
                    double before = metric(ANSWERED);
                    HttpResponse<String> got = platform.get(0, HOST, "/count");
                    answer[0] = got.statusCode() == 200 ? got.body() : "";
                    return !answer[0].isEmpty() && metric(ANSWERED) == before + 1;
                });
        return answer[0];
    }

    @Test
    void aProcessOfItsOwnAnswersWithAllThatTheFunctionHad() throws Exception {
        assertThat(platform.get(0, HOST, "/count").body()).isEqualTo("1");
        assertThat(platform.node(0).children()).as("before anything was stopped").isEmpty();
        spinUntilItIsThere();
        HttpResponse<String> stopped = platform.get(0, HOST, "/spin");
        assertThat(stopped.headers().firstValue("x-echelon-outcome")).contains("exceededCpu");

        int counted = Integer.parseInt(countThere());
        assertThat(counted).isGreaterThan(1);
        ProcessHandle process = quarantine();
        if (Files.exists(Path.of("/proc/self/stat"))) {
            String[] fields =
                    Files.readString(Path.of("/proc/" + process.pid() + "/stat"))
                            .replaceFirst("\\(.*\\)", "name")
                            .split(" ", -1);
            assertThat(fields[POLICY_FIELD - 1]).isEqualTo(IDLE_POLICY);
        }
        Until.holds(
                () -> {
                    String log = platform.edge(home).run("logs", "spins").out();
                    return log.contains("a process of its own")
                            && log.contains("counted to 1\n")
                            && log.contains("counted to " + counted + "\n");
                });

        process.destroyForcibly();
        Until.holds(() -> !process.isAlive());
        assertThat(platform.answer(0, "calm.localhost")).isEqualTo("calm");
        spinUntilItIsThere();
        assertThat(Integer.parseInt(countThere())).as("by a new process").isGreaterThan(counted);
        assertThat(quarantine().pid()).isNotEqualTo(process.pid());
        assertThat(platform.answer(0, "calm.localhost")).isEqualTo("calm");

        ProcessHandle next = quarantine();
        platform.node(0).destroyForcibly();
        Until.holds(() -> !next.isAlive());
        Until.holds(() -> platform.answer(0, "calm.localhost").equals("calm"));
        assertThat(Integer.parseInt(platform.get(0, HOST, "/count").body()))
                .as("by the node, which knows nothing of what was")
                .isGreaterThan(counted);
    }
}
