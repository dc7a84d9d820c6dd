package io.echelon.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
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
        Path folder = Files.createTempDirectory(home, app);
        Files.writeString(
                folder.resolve("main.js"),
                "export default { fetch: () => new Response('%s') };".formatted(text));
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
