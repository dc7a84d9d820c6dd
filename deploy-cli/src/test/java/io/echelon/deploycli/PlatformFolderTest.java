package io.echelon.deploycli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.echelon.deploycli.RunningPlatform.Identity;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class PlatformFolderTest {
    @TempDir private Path temporary;

    private PlatformOptions options(int http, int https, int control, int nodes) {
        return new PlatformOptions(
                temporary,
                http,
                https,
                control,
                nodes,
                null,
                "localhost",
                "127.0.0.1",
                List.of(),
                null);
    }

    @Test
    void secretsAreMadeOnceForTheOwnerAlone() throws IOException {
        PlatformFolder folder = new PlatformFolder(temporary.resolve("data"));

        String token = folder.prepare();

        assertThat(token).matches("ek_[0-9a-f]{64}");
        assertThat(folder.prepare()).isEqualTo(token);
        for (Path secret : List.of(folder.ownerToken(), folder.clusterSecret())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(secret)))
                    .isEqualTo("rw-------");
        }
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.path())))
                .isEqualTo("rwx------");
    }

    @Test
    void aSecondPlatformOnTheSameFolderIsRefusedWithTheFirstsProcess() throws IOException {
        PlatformFolder folder = new PlatformFolder(temporary.resolve("data"));
        try (FileChannel lock = folder.lock()) {
            folder.write(
                    new RunningPlatform(
                            new Identity(4711, Instant.EPOCH),
                            URI.create("http://127.0.0.1:7070"),
                            new Identity(4712, null),
                            List.of()));

            CliException refusal = catchThrowableOfType(CliException.class, folder::lock);

            assertThat(lock.isOpen()).isTrue();
            assertThat(refusal.reason())
                    .contains("already runs")
                    .contains("4711")
                    .contains("http://127.0.0.1:7070")
                    .contains("edge down --data");
        }
        folder.lock().close();
    }

    @Test
    void whatRunsIsReadBackAsItWasWritten() throws IOException {
        PlatformFolder folder = new PlatformFolder(temporary);
        RunningPlatform running =
                new RunningPlatform(
                        Identity.of(ProcessHandle.current()),
                        URI.create("http://127.0.0.1:1"),
                        new Identity(2, null),
                        List.of(
                                new RunningPlatform.Node(
                                        "node-1",
                                        new Identity(3, Instant.EPOCH),
                                        URI.create("http://127.0.0.1:2"),
                                        URI.create("https://127.0.0.1:3"),
                                        URI.create("http://127.0.0.1:4"),
                                        "/ca.pem")));

        folder.write(running);

        assertThat(folder.running()).isEqualTo(running);
        folder.clear();
        assertThat(folder.running()).isNull();
    }

    @Test
    void aProcessIsNotMistakenForALaterOneWithItsNumber() {
        long pid = ProcessHandle.current().pid();

        assertThat(Identity.of(ProcessHandle.current()).find()).isPresent();
        assertThat(new Identity(pid, Instant.EPOCH).find()).isEmpty();
    }

    @Test
    void busyPortsAreAllNamedWithTheirOptions() throws IOException {
        try (ServerSocket one = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerSocket two = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            PlatformOptions options = options(one.getLocalPort(), 0, two.getLocalPort(), 1);

            assertThat(
                            catchThrowableOfType(
                                            CliException.class, () -> Ports.requireFree(options))
                                    .reason())
                    .isEqualTo(
                            "Ports %d (--http), %d (--control) are in use on 127.0.0.1: choose another, or 0 for any free one"
                                    .formatted(one.getLocalPort(), two.getLocalPort()));
        }
    }

    @Test
    void nodesWhosePortsWouldMeetAreRefused() {
        PlatformOptions options = options(20_000, 20_001, 0, 2);

        assertThat(
                        catchThrowableOfType(CliException.class, () -> Ports.requireFree(options))
                                .exitCode())
                .isEqualTo(ExitCode.WRONG_USAGE);
    }

    @Test
    void furtherNodesTakeThePortsThatFollow() {
        PlatformOptions options = options(8080, 0, 7070, 3);

        assertThat(options.httpOf(1)).isEqualTo(8080);
        assertThat(options.httpOf(3)).isEqualTo(8082);
        assertThat(options.httpsOf(3)).isZero();
    }
}
