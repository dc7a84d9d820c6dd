package io.echelon.controlplane;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.echelon.kvstore.BlobStore;
import io.echelon.kvstore.connect.ConnectAnswer;
import io.echelon.kvstore.connect.ConnectRequest;
import io.echelon.kvstore.connect.KvConnectServer;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A store over HTTP as a node has it, for control planes that are processes of their own. */
final class TestStoreServer implements AutoCloseable {
    private final HttpServer server;
    private final ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor();
    private final Set<HttpExchange> streams = ConcurrentHashMap.newKeySet();

    TestStoreServer(int port, KvConnectServer connect, BlobStore blobs) throws IOException {
        server =
                HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        server.setExecutor(executor);
        server.createContext("/kv", exchange -> kv(exchange, connect));
        server.createContext("/blobs/", exchange -> blob(exchange, blobs));
        server.start();
    }

    int port() {
        return server.getAddress().getPort();
    }

    URI base() {
        return URI.create("http://127.0.0.1:" + port());
    }

    /** Breaks all watches' connections. */
    void breakStreams() {
        streams.forEach(HttpExchange::close);
    }

    @Override
    public void close() {
        breakStreams();
        server.stop(0);
        executor.shutdownNow();
    }

    private void kv(HttpExchange exchange, KvConnectServer connect) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(KvConnectServer.REQUEST_MAX_BYTES + 1);
        Map<String, String> headers = new HashMap<>();
        exchange.getRequestHeaders()
                .forEach(
                        (name, values) ->
                                headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
        URI uri = base().resolve(exchange.getRequestURI());
        ConnectAnswer answer = connect.handle(new ConnectRequest(uri, headers, body)).join();
        answer.headers().forEach(exchange.getResponseHeaders()::set);
        switch (answer) {
            case ConnectAnswer.Whole(int status, Map<String, String> _, byte[] content) -> {
                exchange.sendResponseHeaders(status, content.length == 0 ? -1 : content.length);
                try (OutputStream out = exchange.getResponseBody()) {
                    out.write(content);
                }
            }
            case ConnectAnswer.Frames frames -> stream(exchange, frames);
        }
    }

    private void stream(HttpExchange exchange, ConnectAnswer.Frames frames) throws IOException {
        exchange.sendResponseHeaders(frames.status(), 0);
        streams.add(exchange);
        CountDownLatch over = new CountDownLatch(1);
        OutputStream out = exchange.getResponseBody();
        ConnectAnswer.FrameSink sink =
                new ConnectAnswer.FrameSink() {
                    @Override
                    public CompletionStage<?> send(byte[] frame) {
                        try {
                            out.write(frame);
                            out.flush();
                            return CompletableFuture.completedFuture(null);
                        } catch (IOException e) {
                            over.countDown();
                            return CompletableFuture.failedFuture(e);
                        }
                    }

                    @Override
                    public void end() {
                        over.countDown();
                    }
                };
        try (ConnectAnswer.AutoCloseableSource _ = frames.source().open(sink)) {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            streams.remove(exchange);
            exchange.close();
        }
    }

    private static void blob(HttpExchange exchange, BlobStore blobs) throws IOException {
        try (exchange) {
            try {
                serve(exchange, blobs);
            } catch (EchelonException e) {
                refuse(exchange, e);
            }
        }
    }

    private static void serve(HttpExchange exchange, BlobStore blobs) throws IOException {
        String name = exchange.getRequestURI().getPath().substring("/blobs/".length());
        try (InputStream body = exchange.getRequestBody()) {
            switch (exchange.getRequestMethod()) {
                case "PUT" -> {
                    blobs.put(name, body);
                    exchange.sendResponseHeaders(201, -1);
                }
                case "GET" -> {
                    byte[] content = blobs.read(name);
                    exchange.sendResponseHeaders(200, content.length == 0 ? -1 : content.length);
                    exchange.getResponseBody().write(content);
                }
                case "HEAD" -> {
                    OptionalLong size = blobs.size(name);
                    size.ifPresent(
                            bytes ->
                                    exchange.getResponseHeaders()
                                            .set("content-length", Long.toString(bytes)));
                    exchange.sendResponseHeaders(size.isPresent() ? 200 : 404, -1);
                }
                case "DELETE" -> {
                    blobs.delete(name);
                    exchange.sendResponseHeaders(204, -1);
                }
                default -> {
                    Map<?, ?> asked = Json.read(body.readAllBytes(), Map.class);
                    List<String> hashes =
                            ((List<?>) asked.get("sha256")).stream().map(Object::toString).toList();
                    byte[] answer = Json.bytes(Map.of("missing", blobs.missing(hashes)));
                    exchange.sendResponseHeaders(200, answer.length);
                    exchange.getResponseBody().write(answer);
                }
            }
        }
    }

    private static void refuse(HttpExchange exchange, EchelonException refusal) throws IOException {
        ErrorCode code = refusal.code();
        byte[] message =
                Json.bytes(
                        Map.of("error", Map.of("code", code.name(), "message", refusal.reason())));
        exchange.getResponseHeaders().set("x-echelon-error", code.name());
        exchange.sendResponseHeaders(code.status(), message.length);
        exchange.getResponseBody().write(message);
    }
}
