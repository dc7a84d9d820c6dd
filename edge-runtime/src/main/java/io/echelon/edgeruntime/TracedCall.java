package io.echelon.edgeruntime;

import io.echelon.cron.Cron;
import io.echelon.isolatepool.CallReport;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.SpanRecord;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a trace says of the call of a function that it is about, known when the call begins.
 *
 * @param title what is called, for people
 * @param name of its span, of which there are few
 * @param start the wall clock's time of {@code startNanos}
 * @param attributes what is known of it by then
 * @param ends how often its end is told: a request's by its response and by its function
 */
record TracedCall(
        String requestId,
        RevisionId revision,
        SpanRecord.Kind kind,
        String title,
        String name,
        Instant start,
        long startNanos,
        Map<String, Object> attributes,
        int ends) {
    private static final int PATH_MAX_CHARS = 256;

    /** A request over HTTP, without its query, which may have secrets. */
    static TracedCall request(
            HttpServerRequest request, String requestId, RevisionId revision, long startNanos) {
        String method = request.method().name();
        String path = cut(request.path());
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("http.request.method", method);
        attributes.put("url.scheme", request.isSSL() ? "https" : "http");
        attributes.put("url.path", path);
        var authority = request.authority();
        if (authority != null) {
            attributes.put("server.address", authority.host());
        }
        attributes.put("faas.trigger", "http");
        return new TracedCall(
                requestId,
                revision,
                SpanRecord.Kind.SERVER,
                method + " " + path,
                method,
                startOf(startNanos),
                startNanos,
                attributes,
                2);
    }

    /** A request that was put off and is answered now. */
    static TracedCall later(Invocation invocation, String requestId, RevisionId revision) {
        String path = cut(URI.create(invocation.url()).getRawPath());
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("http.request.method", invocation.method());
        attributes.put("url.path", path);
        attributes.put("faas.trigger", "pubsub");
        attributes.put("echelon.invocation", invocation.id());
        return event(
                requestId,
                revision,
                SpanRecord.Kind.CONSUMER,
                invocation.method() + " " + path,
                invocation.method(),
                attributes);
    }

    static TracedCall cron(Cron cron, String requestId) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("faas.trigger", "timer");
        attributes.put("faas.cron", cron.schedule().text());
        return event(
                requestId,
                cron.revision(),
                SpanRecord.Kind.INTERNAL,
                "cron " + cron.id().name(),
                "cron " + cron.id().name(),
                attributes);
    }

    static TracedCall messages(String queue, int messages, String requestId, RevisionId revision) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("faas.trigger", "pubsub");
        attributes.put("messaging.operation.type", "process");
        attributes.put("messaging.destination.name", queue);
        attributes.put("messaging.batch.message_count", messages);
        return event(
                requestId,
                revision,
                SpanRecord.Kind.CONSUMER,
                "process " + queue,
                "process " + queue,
                attributes);
    }

    /** The same, told when it is over. */
    TracedCall begun(CallReport ended) {
        return new TracedCall(
                requestId,
                revision,
                kind,
                title,
                name,
                start.minusNanos(ended.wallNanos()),
                startNanos - ended.wallNanos(),
                attributes,
                ends);
    }

    private static TracedCall event(
            String requestId,
            RevisionId revision,
            SpanRecord.Kind kind,
            String title,
            String name,
            Map<String, Object> attributes) {
        return new TracedCall(
                requestId,
                revision,
                kind,
                title,
                name,
                Instant.now(),
                System.nanoTime(),
                attributes,
                1);
    }

    private static Instant startOf(long startNanos) {
        return Instant.now().minusNanos(System.nanoTime() - startNanos);
    }

    private static String cut(@Nullable String path) {
        return path == null ? "/" : path.substring(0, Math.min(path.length(), PATH_MAX_CHARS));
    }
}
