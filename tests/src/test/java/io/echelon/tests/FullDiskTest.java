package io.echelon.tests;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A platform whose disk is full: writes are refused with a clear error, what was acknowledged is
 * there, what serves goes on to serve, and writes go on once there is space. The disk is a file
 * system of its own in memory; where mounting is not permitted the test is reported as not run.
 */
final class FullDiskTest {
    private static final String OLD = "export default { fetch: () => new Response('old') };";
    private static final long LEFT_FREE_BYTES = 1 << 20;

    @TempDir private Path home;
    private Path disk;
    private boolean mounted;
    private Platform platform;

    @BeforeEach
    void start() throws Exception {
        disk = Files.createDirectory(home.resolve("disk"));
        String refusal = run("mount", "-t", "tmpfs", "-o", "size=512m", "tmpfs", disk.toString());
        assumeThat(refusal).as("mounting a small disk, which needs root").isEmpty();
        mounted = true;
        platform = Platform.start(home, disk.resolve("platform"));
    }

    @AfterEach
    void stop() throws Exception {
        try {
            if (platform != null) {
                platform.stop();
            }
        } finally {
            if (mounted) {
                assertThat(run("umount", "-l", disk.toString())).isEmpty();
            }
        }
    }

    /** Empty when the command ended well, else what it said. */
    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = process.waitFor();
        return code == 0 ? "" : "exit code " + code + ": " + said;
    }

    private Path fill() throws IOException {
        Path filler = disk.resolve("filler");
        byte[] piece = new byte[1 << 20];
        try (OutputStream out = Files.newOutputStream(filler)) {
            while (disk.toFile().getUsableSpace() > LEFT_FREE_BYTES) {
                out.write(piece);
            }
        }
        return filler;
    }

    @Test
    void aFullDiskStopsDeploymentsAndNothingElse() throws Exception {
        platform.api().deploy("steady", OLD, "request");
        Path filler = fill();

        Edge edge = platform.edge(home);
        Path folder = Files.createDirectory(home.resolve("function"));
        Files.writeString(
                folder.resolve("main.js"), "export default { fetch: () => new Response('new') };");
        Edge.Result refused = edge.run("deploy", folder.toString(), "--app", "steady");
        assertThat(refused.exitCode()).as(refused.toString()).isEqualTo(5);
        assertThat(refused.err()).contains("free").doesNotContain("Exception", "java.");
        assertThat(platform.answer(0, "steady.localhost")).isEqualTo("old");
        assertThat(platform.api().read("apps/steady").path("production").asText()).isEqualTo("v1");

        Files.delete(filler);
        Until.holds(() -> edge.run("deploy", folder.toString(), "--app", "steady").exitCode() == 0);
        Until.holds(() -> platform.answer(0, "steady.localhost").equals("new"));
    }

    @Test
    void aPlatformThatIsKilledOnAFullDiskComesBackWithWhatItAcknowledged() throws Exception {
        platform.api().deploy("steady", OLD, "request");
        Path filler = fill();
        platform.node(0).destroyForcibly();
        platform.controlPlane().destroyForcibly();
        Until.holds(() -> platform.answer(0, "steady.localhost").equals("old"));
        Files.delete(filler);
        Until.holds(() -> deploys("new"));
        Until.holds(() -> platform.answer(0, "steady.localhost").equals("new"));
    }

    private boolean deploys(String text) throws InterruptedException {
        try {
            platform.api().deploy("steady", OLD.replace("old", text), "request");
            return true;
        } catch (IOException | IllegalStateException notYet) {
            return false;
        }
    }
}
