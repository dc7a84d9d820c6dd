package io.echelon.edgeruntime;

import io.echelon.tenants.TraceRecord;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jboss.logging.Logger;

/**
 * Sends traces to where the operator collects them, by OTLP over HTTP (protobuf).
 *
 * <p><b>Lifecycle.</b> Sending is done by one thread, from a bounded queue; {@link #close} sends
 * what is in it, once.
 *
 * <p><b>Failure.</b> A receiver that is away or busy is asked {@link #ATTEMPTS} times; then, and
 * when the queue is full, spans are dropped and counted. A failure is logged once until it is over.
 *
 * <p><b>Thread safety.</b> {@link #add} may be called from any thread and never blocks.
 */
final class OtlpExporter implements AutoCloseable {
    static final int ATTEMPTS = 4;

    private static final Logger LOG = Logger.getLogger(OtlpExporter.class);
    private static final Batches.Shape SHAPE = new Batches.Shape(2_048, 128, Duration.ofSeconds(1));
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final Duration FIRST_WAIT = Duration.ofMillis(500);
    private static final String PATH = "/v1/traces";

    /** What OTLP says may be tried again. */
    private static final Set<Integer> AGAIN = Set.of(429, 502, 503, 504);

    /**
     * Where to.
     *
     * @param endpoint without {@code /v1/traces}
     * @param headers for the receiver, which may be secret
     */
    record Receiver(URI endpoint, Map<String, String> headers) {
        URI traces() {
            String base = endpoint.toString();
            return URI.create(
                    (base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + PATH);
        }
    }

    private final Receiver receiver;
    private final TraceMetrics metrics;
    private final Batches<TraceRecord> queue;
    private final HttpClient client =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(TIMEOUT)
                    .build();
    private boolean failing;

    OtlpExporter(Receiver receiver, TraceMetrics metrics) {
        this.receiver = receiver;
        this.metrics = metrics;
        this.queue = new Batches<>("echelon-otlp", SHAPE, this::send);
    }

    /** Sends a trace later, or counts its spans as dropped. */
    void add(TraceRecord trace) {
        if (!queue.offer(trace)) {
            metrics.notExported(trace.spans().size());
        }
    }

    @Override
    public void close() {
        queue.close();
        client.shutdownNow();
    }

    private void send(List<TraceRecord> batch) {
        int spans = batch.stream().mapToInt(trace -> trace.spans().size()).sum();
        HttpRequest.Builder request =
                HttpRequest.newBuilder(receiver.traces())
                        .timeout(TIMEOUT)
                        .header("content-type", "application/x-protobuf")
                        .POST(
                                HttpRequest.BodyPublishers.ofByteArray(
                                        OtlpSpans.request(batch).toByteArray()));
        receiver.headers().forEach(request::setHeader);
        try {
            if (isTaken(request.build())) {
                metrics.exported(spans);
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        metrics.notExported(spans);
    }

    private boolean isTaken(HttpRequest request) throws InterruptedException {
        Duration wait = FIRST_WAIT;
        for (int attempt = 1; ; attempt++) {
            boolean mayTryAgain = attempt < ATTEMPTS && !queue.isClosed();
            try {
                int status =
                        client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
                if (status / 100 == 2) {
                    over();
                    return true;
                }
                failed("answered " + status);
                mayTryAgain &= AGAIN.contains(status);
            } catch (IOException e) {
                failed("could not be reached: " + e);
            }
            if (!mayTryAgain) {
                return false;
            }
            Thread.sleep(wait);
            wait = wait.multipliedBy(2);
        }
    }

    private void failed(String how) {
        if (!failing) {
            failing = true;
            LOG.warnf("The receiver of traces at %s %s", receiver.endpoint().getAuthority(), how);
        }
    }

    private void over() {
        if (failing) {
            failing = false;
            LOG.infof(
                    "The receiver of traces at %s takes them", receiver.endpoint().getAuthority());
        }
    }
}
