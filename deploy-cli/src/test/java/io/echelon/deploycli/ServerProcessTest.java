package io.echelon.deploycli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServerProcessTest {
    @TempDir private Path folder;

    private final BlockingQueue<String> notes = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> commands = new LinkedBlockingQueue<>();
    private final CountDownLatch restarted = new CountDownLatch(1);

    private ServerCommand bash(String script) {
        return new ServerCommand(
                "node-1",
                folder,
                List.of("bash", "-c", script),
                Map.of("ECHELON_NODE_ID", "node-1"));
    }

    private ProcessLog log() {
        return new ProcessLog(folder.resolve("node-1.log"));
    }

    @Test
    void isReadyWhenItSaysSoAndEverythingElseIsItsLog() throws Exception {
        ProcessLog log = log();
        ServerProcess process =
                ServerProcess.start(
                        bash(
                                "echo starting $ECHELON_NODE_ID >&2; echo '{\"event\":\"ready\",\"node\":\"node-1\"}'; trap 'echo my last words >&2; exit 0' TERM; while :; do sleep 0.1; done"),
                        log);

        assertThat(process.awaitReady().path("node").asText()).isEqualTo("node-1");

        process.stop(10);
        assertThat(process.handle().isAlive()).isFalse();
        log.close();
        assertThat(Files.readString(log.file()))
                .contains("starting node-1")
                .doesNotContain("event");
    }

    @Test
    void aFailedStartIsReportedInTheProcessesOwnWords() throws Exception {
        ServerProcess process =
                ServerProcess.start(
                        bash(
                                "echo '{\"event\":\"failed\",\"message\":\"Port 8080 is in use\"}'; exit 1"),
                        log());

        assertThat(catchThrowableOfType(CliException.class, process::awaitReady).reason())
                .isEqualTo("node-1 did not start: Port 8080 is in use");
    }

    @Test
    void anEndWithoutAWordIsReportedWithItsCodeAndTheLogsEnd() throws Exception {
        ServerProcess process =
                ServerProcess.start(bash("echo out of luck >&2; sleep 0.2; exit 3"), log());

        assertThat(catchThrowableOfType(CliException.class, process::awaitReady).reason())
                .contains("exit code 3")
                .contains("out of luck");
    }

    @Test
    void aProcessThatWillNotEndIsKilled() throws Exception {
        ServerProcess process =
                ServerProcess.start(
                        bash(
                                "trap '' TERM; echo '{\"event\":\"ready\"}'; while :; do sleep 1; done"),
                        log());
        process.awaitReady();

        process.stop(1);

        assertThat(process.handle().isAlive()).isFalse();
    }

    @Test
    void aProcessThatDiesIsStartedAgainWithTheSamePorts() throws Exception {
        Supervised supervised = supervise(ProcessHandle::destroyForcibly);

        assertThat(notes.poll(30, TimeUnit.SECONDS))
                .contains("node-1 ended with exit code 137")
                .contains("crying");
        assertThat(restarted.await(30, TimeUnit.SECONDS)).isTrue();
        supervised.stop(10);
        assertThat(commands).containsExactly("first", "http://127.0.0.1:4000");
        assertThat(notes).containsExactly("node-1 is ready again");
    }

    @Test
    void aProcessThatWasAskedToEndIsStartedAgainWithoutAlarm() throws Exception {
        Supervised supervised = supervise(ProcessHandle::destroy);

        assertThat(notes.poll(30, TimeUnit.SECONDS))
                .isEqualTo("node-1 ended as it was asked to and is started again");
        assertThat(restarted.await(30, TimeUnit.SECONDS)).isTrue();
        supervised.stop(10);
        assertThat(commands).containsExactly("first", "http://127.0.0.1:4000");
    }

    private Supervised supervise(Consumer<ProcessHandle> end) throws Exception {
        Supervised supervised =
                new Supervised(
                        "node-1",
                        log(),
                        ready -> {
                            commands.add(ready == null ? "first" : ready.path("http").asText());
                            return bash(
                                    "echo crying >&2; echo '{\"event\":\"ready\",\"http\":\"http://127.0.0.1:4000\"}'; exec sleep 60");
                        },
                        notes::add,
                        restarted::countDown);
        supervised.start();
        end.accept(supervised.handle());
        return supervised;
    }
}
