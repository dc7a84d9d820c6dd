package io.echelon.deploycli;

import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * Runs the CLI's common commands once, against a control plane that only pretends, while the JVM
 * records which classes they load. The build makes the AOT cache of that.
 */
final class TrainingRun {
    private TrainingRun() {}

    public static void main(String[] args) throws IOException {
        System.setProperty("jdk.httpclient.allowRestrictedHeaders", "host");
        HttpServer server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext(
                "/",
                exchange -> {
                    exchange.getRequestBody().readAllBytes();
                    byte[] body =
                            answer(exchange.getRequestURI().getPath())
                                    .getBytes(StandardCharsets.UTF_8);
                    exchange.sendResponseHeaders(200, body.length);
                    try (OutputStream out = exchange.getResponseBody()) {
                        out.write(body);
                    }
                });
        server.start();
        Path work = WorkFolder.create();
        try {
            train("http://127.0.0.1:" + server.getAddress().getPort(), work);
        } finally {
            WorkFolder.delete(work);
            server.stop(0);
        }
    }

    private static void train(String control, Path work) throws IOException {
        Surroundings process = Surroundings.ofProcess();
        PrintStream nowhere =
                new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
        Surroundings surroundings =
                new Surroundings(
                        Map.of(
                                "HOME",
                                work.toString(),
                                "ECHELON_CONTROL",
                                control,
                                "ECHELON_TOKEN",
                                "training"),
                        work,
                        process.program(),
                        process.root(),
                        "",
                        new ByteArrayInputStream(new byte[0]),
                        nowhere,
                        nowhere);
        Files.createDirectory(work.resolve("fn"));
        Files.writeString(work.resolve("fn/edge.json"), "{\"name\":\"hello\"}");
        Files.writeString(
                work.resolve("fn/main.ts"), "export default { fetch: () => new Response() }");
        for (String line :
                new String[] {
                    "--version",
                    "--help",
                    "deploy --help",
                    "apps",
                    "apps --json",
                    "status",
                    "deploy fn",
                    "invoke hello /",
                    "logs hello",
                    "nosuchcommand",
                    "down --data " + work.resolve("data")
                }) {
            Main.run(surroundings, line.split(" "));
        }
    }

    private static String answer(String path) {
        if (path.endsWith("/progress")) {
            return "event: node\ndata: {\"node\":\"node-1\"}\n\nevent: done\ndata: {\"app\":\"hello\"}\n\n";
        }
        if (path.endsWith("/missing")) {
            return "{\"missing\":[]}";
        }
        if (path.endsWith("/apps") || path.endsWith("/nodes")) {
            return "[{\"name\":\"hello\"}]";
        }
        if (path.endsWith("/logs")) {
            return "{\"time\":\"2026-01-01T00:00:00Z\",\"message\":\"hello\"}\n";
        }
        return "{\"revision\":\"v1\",\"url\":\"http://hello.localhost/\",\"http\":\"http://127.0.0.1:1\"}";
    }
}
