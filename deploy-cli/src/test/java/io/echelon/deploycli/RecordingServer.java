package io.echelon.deploycli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** A real HTTP server with prepared answers that remembers what it was asked. */
final class RecordingServer implements AutoCloseable {
    /** A request as it arrived. */
    record Received(String request, String authorization, String host, byte[] body) {
        String text() {
            return new String(body, StandardCharsets.UTF_8);
        }
    }

    private record Answer(int status, Map<String, String> headers, byte[] body) {}

    private final HttpServer server;
    private final Map<String, Answer> answers = new ConcurrentHashMap<>();
    private final List<Received> received = new CopyOnWriteArrayList<>();

    RecordingServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    /** Prepares the answer to a request such as {@code GET /api/v1/nodes}. */
    void answer(String request, int status, String body) {
        answer(request, status, Map.of(), body);
    }

    void answer(String request, int status, Map<String, String> headers, String body) {
        answers.put(request, new Answer(status, headers, body.getBytes(StandardCharsets.UTF_8)));
    }

    void answer(String request, byte[] body) {
        answers.put(request, new Answer(200, Map.of(), body));
    }

    String address() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    List<Received> received() {
        return received;
    }

    List<String> requests() {
        return received.stream().map(Received::request).toList();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        received.add(
                new Received(
                        request,
                        String.valueOf(exchange.getRequestHeaders().getFirst("authorization")),
                        String.valueOf(exchange.getRequestHeaders().getFirst("host")),
                        exchange.getRequestBody().readAllBytes()));
        Answer answer =
                answers.getOrDefault(
                        request,
                        new Answer(
                                404,
                                Map.of(),
                                "{\"error\":{\"code\":\"NOT_FOUND\",\"message\":\"nothing at %s\"}}"
                                        .formatted(request)
                                        .getBytes(StandardCharsets.UTF_8)));
        answer.headers().forEach((name, value) -> exchange.getResponseHeaders().add(name, value));
        byte[] body = answer.body();
        exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
