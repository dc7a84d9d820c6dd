package io.echelon.controlplane;

import io.echelon.tenants.Json;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Pebble, a certificate authority that speaks ACME and checks what it is told. */
final class Pebble implements AutoCloseable {
    private final Process process;
    private final URI directory;
    private final Path roots;

    private Pebble(Process process, URI directory, Path roots) {
        this.process = process;
        this.directory = directory;
        this.roots = roots;
    }

    private static final int PORT_MIN = 10_000;

    /** Below those that the machine gives to connections. */
    private static final int PORT_MAX = 32_000;

    /**
     * Starts one on free ports.
     *
     * @param httpPort at which it looks for what it asked for
     * @param dns where it asks for addresses
     */
    static Pebble start(Path folder, int httpPort, String dns) throws Exception {
        TestAuthority authority = TestAuthority.make();
        KeyPair keys = TestAuthority.keys("EC", 256);
        Path roots =
                Files.writeString(
                        folder.resolve("roots.pem"), TestAuthority.pem(authority.certificate));
        Path certificate =
                Files.writeString(
                        folder.resolve("pebble.pem"),
                        TestAuthority.pem(authority.issue(keys, Duration.ofDays(1), "localhost")));
        Path key = Files.writeString(folder.resolve("pebble-key.pem"), TestAuthority.keyPem(keys));
        int port = freePort();
        Path configuration =
                Files.write(
                        folder.resolve("pebble.json"),
                        Json.bytes(
                                Map.of(
                                        "pebble",
                                        Map.of(
                                                "listenAddress",
                                                "127.0.0.1:" + port,
                                                "managementListenAddress",
                                                "127.0.0.1:" + freePort(),
                                                "certificate",
                                                certificate.toString(),
                                                "privateKey",
                                                key.toString(),
                                                "httpPort",
                                                httpPort,
                                                "tlsPort",
                                                httpPort))));
        Path log = folder.resolve("pebble.log");
        ProcessBuilder builder =
                new ProcessBuilder(
                                onPath("pebble").toString(),
                                "-strict",
                                "-config",
                                configuration.toString(),
                                "-dnsserver",
                                dns)
                        .redirectErrorStream(true)
                        .redirectOutput(log.toFile());
        builder.environment().put("PEBBLE_VA_NOSLEEP", "1");
        builder.environment().remove("PEBBLE_VA_ALWAYS_VALID");
        Pebble pebble =
                new Pebble(
                        builder.start(),
                        URI.create("https://localhost:%d/dir".formatted(port)),
                        roots);
        pebble.await(log, port);
        return pebble;
    }

    URI directory() {
        return directory;
    }

    /** A file with what its own certificate comes from. */
    Path roots() {
        return roots;
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void await(Path log, int port) throws IOException {
        long begun = System.nanoTime();
        while (!Files.readString(log).contains("ACME directory available") || !listens(port)) {
            if (!process.isAlive() || System.nanoTime() - begun > TimeUnit.SECONDS.toNanos(60)) {
                close();
                throw new IllegalStateException("Pebble does not listen: " + Files.readString(log));
            }
            LockSupport.parkNanos(20_000_000);
        }
    }

    private static boolean listens(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    private static int freePort() {
        while (true) {
            int port = ThreadLocalRandom.current().nextInt(PORT_MIN, PORT_MAX);
            try (ServerSocket socket =
                    new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                return socket.getLocalPort();
            } catch (IOException taken) {
                // Another one.
            }
        }
    }

    private static Path onPath(String program) {
        for (String folder : System.getenv("PATH").split(File.pathSeparator, -1)) {
            Path file = Path.of(folder, program);
            if (Files.isExecutable(file)) {
                return file;
            }
        }
        throw new IllegalStateException(
                "The test of certificates needs %s on the path; .ci/run installs it"
                        .formatted(program));
    }
}
