package io.echelon.controlplane;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.Json;
import io.echelon.tenants.LogRecord;
import io.echelon.tenants.NodeRecord;
import io.echelon.tenants.ReadinessRecord;
import io.echelon.tenants.ReadinessRecord.State;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TraceRecord;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A node moved by hand: it writes the rows that a real one writes, and serves a log over HTTP as a
 * real one does.
 */
final class TestNode implements AutoCloseable {
    private final SystemDatabase database;
    private final String id;
    private final HttpServer server;
    private final List<LogRecord> past = new CopyOnWriteArrayList<>();
    private final BlockingQueue<LogRecord> live = new LinkedBlockingQueue<>();
    private final List<TraceRecord> traces = new CopyOnWriteArrayList<>();
    private final Semaphore left = new Semaphore(0);
    private final BlockingQueue<String> questions = new LinkedBlockingQueue<>();

    private TestNode(SystemDatabase database, String id) throws IOException {
        this.database = database;
        this.id = id;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/logs", this::answer);
        server.createContext("/traces", this::answerTraces);
        server.start();
    }

    /** A node that is alive. */
    static TestNode join(SystemDatabase database, String id) {
        try {
            TestNode node = new TestNode(database, id);
            node.write(SystemRows.node(id), node.record());
            return node;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    NodeRecord record() {
        return new NodeRecord(
                id,
                URI.create("http://127.0.0.1:8080"),
                URI.create("https://127.0.0.1:8443"),
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()),
                Instant.EPOCH,
                "1");
    }

    void report(RevisionId revision, State state, @Nullable String detail) {
        write(
                SystemRows.readiness(revision, id),
                new ReadinessRecord(revision, id, state, detail, 7));
    }

    /** A line that is there when a log is asked for. */
    void logged(LogRecord line) {
        past.add(line);
    }

    /** A line that comes while a log is followed. */
    void log(LogRecord line) {
        live.add(line);
    }

    /** A call that it recorded. */
    void traced(TraceRecord trace) {
        traces.add(trace);
    }

    /** The query of the next request for the log or for traces; waits for it. */
    String nextQuestion() throws InterruptedException {
        return questions.take();
    }

    /** Goes on sending a line until whoever followed the log has left. */
    void untilNobodyListens(LogRecord line) throws InterruptedException {
        while (!left.tryAcquire(10, TimeUnit.MILLISECONDS)) {
            live.add(line);
        }
    }

    /** Lives on, but its log cannot be reached. */
    void stopServing() {
        server.stop(0);
    }

    /** Dies: its row is gone, as when it expires. */
    void die() {
        database.commit(AtomicWrite.builder().delete(KvKey.of(SystemRows.node(id))));
    }

    @Override
    public void close() {
        die();
        server.stop(0);
    }

    private void write(List<Object> key, Object record) {
        database.commit(AtomicWrite.builder().set(KvKey.of(key), SystemDatabase.value(record)));
    }

    /** Notes what is asked and begins to answer it; null when it may not be asked. */
    private @Nullable String begin(HttpExchange exchange) throws IOException {
        String authorization = exchange.getRequestHeaders().getFirst("Authorization");
        if (!("Bearer " + PlatformFolder.SECRET).equals(authorization)) {
            exchange.sendResponseHeaders(401, -1);
            return null;
        }
        String query = exchange.getRequestURI().getQuery();
        questions.add(query);
        exchange.sendResponseHeaders(200, 0);
        return query;
    }

    /** Answers as if everything matched. */
    private void answerTraces(HttpExchange exchange) throws IOException {
        try (exchange) {
            String query = begin(exchange);
            if (query != null) {
                for (TraceRecord trace : traces) {
                    send(
                            exchange.getResponseBody(),
                            query.contains("trace=") ? trace : trace.call());
                }
            }
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String query = begin(exchange);
            if (query == null) {
                return;
            }
            OutputStream out = exchange.getResponseBody();
            for (LogRecord line : past) {
                send(out, line);
            }
            out.flush();
            if (query.contains("follow=true")) {
                follow(out);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void follow(OutputStream out) throws InterruptedException {
        try {
            out.flush();
            while (true) {
                send(out, live.take());
                out.flush();
            }
        } catch (IOException e) {
            left.release();
        }
    }

    private static void send(OutputStream out, Object line) throws IOException {
        out.write(Json.bytes(line));
        out.write('\n');
    }
}
