package io.echelon.edgeruntime;

import io.echelon.isolatepool.BodySource;
import io.echelon.isolatepool.Call;
import io.echelon.isolatepool.CallReport;
import io.echelon.isolatepool.EventHandler;
import io.echelon.isolatepool.EventSink;
import io.echelon.isolatepool.FunctionEvent;
import io.echelon.isolatepool.FunctionImage;
import io.echelon.isolatepool.FunctionRequest;
import io.echelon.isolatepool.IsolateKind;
import io.echelon.isolatepool.IsolatePool;
import io.echelon.isolatepool.PoolStatistics;
import io.echelon.isolatepool.ResponseHead;
import io.echelon.isolatepool.ResponseSink;
import io.echelon.isolatepool.RevisionStatistics;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.RevisionId;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;

/** A pool whose functions are written in Java: the path of a request says what is done with it. */
final class EchoPool implements IsolatePool {
    final Map<RevisionId, FunctionImage> installed = new ConcurrentHashMap<>();
    final CountDownLatch canceled = new CountDownLatch(1);
    final CountDownLatch called = new CountDownLatch(1);
    final CountDownLatch hung = new CountDownLatch(1);
    final AtomicLong written = new AtomicLong();
    private final Set<RevisionId> held = ConcurrentHashMap.newKeySet();
    private volatile CompletableFuture<Void> installsGo = CompletableFuture.completedFuture(null);
    volatile ResponseSink hanging;
    volatile int waiting;

    /** Whether no isolate stands ready. */
    volatile boolean cold;

    /** How long it takes to make one. */
    volatile long startNanos;

    final List<RevisionId> warmed = new CopyOnWriteArrayList<>();
    volatile FunctionRequest lastRequest;

    @Override
    public CompletableFuture<Void> install(FunctionImage image) {
        byte[] code = image.files().get(image.main());
        if (code != null && new String(code, StandardCharsets.UTF_8).contains("syntax error")) {
            return CompletableFuture.failedFuture(
                    new EchelonException(ErrorCode.STARTUP_FAILED, "main.js:1: syntax error"));
        }
        CompletableFuture<Void> gate = installsGo;
        held.add(image.id());
        return gate.thenRun(() -> installed.put(image.id(), image));
    }

    /** Revisions that rest. */
    final Set<RevisionId> resting = ConcurrentHashMap.newKeySet();

    @Override
    public boolean isResting(RevisionId id) {
        return resting.contains(id);
    }

    @Override
    public void forgive(RevisionId id) {
        resting.remove(id);
    }

    /** Lets no installation end until {@link #letInstallsGo}. */
    void holdInstalls() {
        installsGo = new CompletableFuture<>();
    }

    void letInstallsGo() {
        installsGo.complete(null);
    }

    /** Whether the installation of a revision has begun. */
    boolean isHeld(RevisionId id) {
        return held.contains(id);
    }

    @Override
    public void remove(RevisionId id) {
        installed.remove(id);
    }

    @Override
    public boolean isInstalled(RevisionId id) {
        return installed.containsKey(id);
    }

    @Override
    public Call call(RevisionId id, FunctionRequest request, ResponseSink sink) {
        lastRequest = request;
        called.countDown();
        switch (URI.create(request.url()).getPath()) {
            case "/hello", "/kv/hello" -> whole(sink, 200, "Hello from " + id);
            case "/headers" ->
                    whole(sink, 200, String.join("\n", request.headers()), "x-guest", "yes");
            case "/url", "/.well-known/acme-challenge/token_1" ->
                    whole(sink, 200, request.method() + " " + request.url());
            case "/echo" -> echo(request.body(), sink);
            case "/stream" -> stream(request.body(), sink);
            case "/pour" -> pour(sink);
            case "/short" -> {
                sink.head(head(200, null, "content-length", "10"));
                sink.write("four".getBytes(StandardCharsets.UTF_8))
                        .thenRun(
                                () -> {
                                    sink.end();
                                    sink.finished(report(Outcome.OK));
                                });
            }
            case "/break" -> {
                sink.head(head(200, null));
                sink.write("begun".getBytes(StandardCharsets.UTF_8))
                        .thenRun(() -> sink.finished(report(Outcome.EXCEEDED_CPU)));
            }
            case "/forge" ->
                    whole(
                            sink,
                            200,
                            "forged",
                            "x-echelon-outcome",
                            "forged",
                            "connection",
                            "upgrade",
                            "set-cookie",
                            "a=1",
                            "set-cookie",
                            "b=2");
            case "/split" -> whole(sink, 200, "split", "x-a", "b\r\nx-injected: yes");
            case "/204" -> whole(sink, 204, "");
            case "/304" -> whole(sink, 304, "");
            case "/hang" -> {
                hanging = sink;
                hung.countDown();
            }
            default -> {
                Outcome outcome = outcomeOf(request.url());
                sink.finished(report(outcome));
            }
        }
        return canceled::countDown;
    }

    @Override
    public Call deliver(RevisionId id, FunctionEvent event, EventSink sink) {
        sink.finished(report(Outcome.NOT_FOUND), null);
        return () -> {};
    }

    @Override
    public List<EventHandler> handlers(RevisionId id) {
        return List.of();
    }

    /** Ends a call that hangs. */
    void answerHanging() {
        whole(hanging, 200, "late");
    }

    @Override
    public PoolStatistics statistics() {
        return new PoolStatistics(0, 0, waiting, 0, 0, 0, 1);
    }

    @Override
    public List<RevisionStatistics> revisionStatistics() {
        return installed.keySet().stream().map(this::statistics).toList();
    }

    @Override
    public Optional<RevisionStatistics> revisionStatistics(RevisionId id) {
        return Optional.of(statistics(id));
    }

    private RevisionStatistics statistics(RevisionId id) {
        return new RevisionStatistics(id, cold ? 0 : 1, 0, 0, !cold, startNanos);
    }

    @Override
    public void warm(RevisionId id) {
        warmed.add(id);
        cold = false;
    }

    @Override
    public void close() {}

    private static Outcome outcomeOf(String url) {
        String path = URI.create(url).getPath().substring(1);
        for (Outcome outcome : Outcome.values()) {
            if (outcome.wireName().equals(path)) {
                return outcome;
            }
        }
        throw new IllegalArgumentException("no such path: " + path);
    }

    private static void whole(ResponseSink sink, int status, String text, String... headers) {
        sink.head(head(status, text.getBytes(StandardCharsets.UTF_8), headers));
        sink.finished(report(Outcome.OK));
    }

    private static void echo(BodySource body, ResponseSink sink) {
        if (body == null) {
            whole(sink, 200, "no body");
            return;
        }
        gather(body, new ByteArrayOutputStream())
                .whenComplete(
                        (bytes, failure) -> {
                            if (failure != null) {
                                sink.finished(report(Outcome.EXCEPTION));
                            } else {
                                sink.head(head(200, bytes));
                                sink.finished(report(Outcome.OK));
                            }
                        });
    }

    private static CompletionStage<byte[]> gather(BodySource body, ByteArrayOutputStream all) {
        return body.read()
                .thenComposeAsync(
                        piece -> {
                            if (piece == null) {
                                return CompletableFuture.completedFuture(all.toByteArray());
                            }
                            all.writeBytes(piece);
                            return gather(body, all);
                        });
    }

    private static void stream(BodySource body, ResponseSink sink) {
        sink.head(head(200, null));
        pump(body, sink);
    }

    private static void pump(BodySource body, ResponseSink sink) {
        body.read()
                .whenCompleteAsync(
                        (piece, failure) -> {
                            if (failure != null) {
                                sink.finished(report(Outcome.CANCELED));
                            } else if (piece == null) {
                                sink.end();
                                sink.finished(report(Outcome.OK));
                            } else {
                                sink.write(piece).thenRun(() -> pump(body, sink));
                            }
                        });
    }

    /** Writes until the sink says that nobody reads. */
    private void pour(ResponseSink sink) {
        sink.head(head(200, null));
        pourOn(sink, new byte[16 * 1024]);
    }

    private void pourOn(ResponseSink sink, byte[] piece) {
        written.addAndGet(piece.length);
        sink.write(piece)
                .whenCompleteAsync(
                        (done, failure) -> {
                            if (failure == null) {
                                pourOn(sink, piece);
                            } else {
                                sink.finished(report(Outcome.CANCELED));
                            }
                        });
    }

    private static ResponseHead head(int status, byte[] body, String... headers) {
        return new ResponseHead(status, headers, body, IsolateKind.WARM, 1_000, 2_000_000);
    }

    static CallReport report(Outcome outcome) {
        return new CallReport(
                outcome,
                outcome == Outcome.OK ? null : "It ended as " + outcome.wireName(),
                IsolateKind.WARM,
                1_000,
                2_000_000,
                0,
                3_000_000);
    }
}
