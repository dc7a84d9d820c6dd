package io.echelon.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two nodes on one machine: the first has the store, the second reaches it over the network. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class TwoNodesTest {
    @TempDir private static Path home;
    private static Platform platform;
    private static Edge edge;

    @BeforeAll
    static void start() throws Exception {
        platform = Platform.start(home, home.resolve("platform"), "--nodes", "2");
        edge = platform.edge(home);
    }

    @AfterAll
    static void stop() throws Exception {
        platform.stop();
    }

    private static void deploy(String app, String text) throws Exception {
        deploySource(app, "export default { fetch: () => new Response('%s') };".formatted(text));
    }

    private static void deploySource(String app, String source) throws Exception {
        Path folder = Files.createTempDirectory(home, app);
        Files.writeString(folder.resolve("main.js"), source);
        Edge.Result result = edge.run("deploy", folder.toString(), "--app", app);
        assertThat(result.exitCode()).as(result.toString()).isZero();
    }

    @Test
    void aDeploymentReachesBothNodesAndBothAnswerTheSameHost() throws Exception {
        deploy("both", "everywhere");
        assertThat(platform.api().progress("both", "v1"))
                .contains("node-1", "node-2", "event:done");
        assertThat(platform.answer(0, "both.localhost")).isEqualTo("everywhere");
        Until.holds(() -> platform.answer(1, "both.localhost").equals("everywhere"));
        Edge.Result nodes = edge.run("nodes", "--json");
        assertThat(nodes.out()).contains("node-1", "node-2");
    }

    @Test
    void functionsHaveOneDatabaseOnBothNodesAndTellEachOtherByWatch() throws Exception {
        deploySource(
                "counted",
                """
                export default {
                  async fetch(request, { KV }) {
                    if (request.url.endsWith("/await")) {
                      for await (const [{ value }] of KV.watch([["told"]])) if (value) return new Response(value);
                    }
                    if (request.url.endsWith("/tell")) await KV.set(["told"], "by the other");
                    await KV.atomic().sum(["n"], 1n).commit();
                    return new Response(String((await KV.get(["n"])).value));
                  },
                };
                """);
        String host = "counted.localhost";
        Until.holds(() -> !platform.answer(1, host).isEmpty());
        long before = Long.parseLong(platform.answer(1, host));
        assertThat(platform.answer(0, host)).isEqualTo(String.valueOf(before + 1));
        assertThat(platform.answer(1, host)).isEqualTo(String.valueOf(before + 2));
        for (int node = 0; node < 2; node++) {
            int watcher = node;
            CompletableFuture<String> told =
                    CompletableFuture.supplyAsync(() -> body(watcher, host, "/await"));
            assertThat(platform.get(1 - node, host, "/tell").statusCode()).isEqualTo(200);
            assertThat(told.get(60, TimeUnit.SECONDS)).isEqualTo("by the other");
        }
    }

    private static String body(int node, String host, String path) {
        try {
            return platform.get(node, host, path).body();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void theSecondNodeMayDie() throws Exception {
        deploy("second", "one");
        Until.holds(() -> platform.answer(1, "second.localhost").equals("one"));
        platform.node(1).destroyForcibly();
        assertThat(platform.answer(0, "second.localhost")).isEqualTo("one");
        // The dead node does not hold the deployment up, and has it when it comes back.
        deploy("second", "two");
        assertThat(platform.answer(0, "second.localhost")).isEqualTo("two");
        Until.holds(() -> platform.answer(1, "second.localhost").equals("two"));
    }

    @Test
    void theSecondNodeServesWhileTheFirstIsDeadAndFollowsItAfterwards() throws Exception {
        deploy("first", "one");
        Until.holds(() -> platform.answer(1, "first.localhost").equals("one"));
        platform.node(0).destroyForcibly();
        assertThat(platform.answer(1, "first.localhost")).isEqualTo("one");
        Until.holds(() -> platform.answer(0, "first.localhost").equals("one"));
        deploy("first", "two");
        assertThat(platform.answer(0, "first.localhost")).isEqualTo("two");
        Until.holds(() -> platform.answer(1, "first.localhost").equals("two"));
    }
}
