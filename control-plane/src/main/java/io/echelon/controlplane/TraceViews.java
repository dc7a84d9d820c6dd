package io.echelon.controlplane;

import io.echelon.tenants.SpanRecord;
import io.echelon.tenants.TraceRecord;
import io.echelon.tenants.TraceSummary;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the routes of traces answer. */
public final class TraceViews {
    private TraceViews() {}

    /**
     * A call of a function that was traced.
     *
     * @param spanId its own, which no other call has
     * @param name what was called: a method and a path, a cron, a queue
     * @param durationMs milliseconds
     * @param status of HTTP; null when there was none
     * @param spans how many it has
     */
    public record Call(
            String traceId,
            String spanId,
            String requestId,
            String revision,
            String node,
            String name,
            Instant start,
            double durationMs,
            String outcome,
            @Nullable Integer status,
            int spans) {
        static Call of(TraceSummary call) {
            return new Call(
                    call.traceId(),
                    call.spanId(),
                    call.requestId(),
                    call.revision().label(),
                    call.node(),
                    call.name(),
                    call.start(),
                    millis(call.durationNanos()),
                    call.outcome(),
                    call.status(),
                    call.spans());
        }
    }

    /** Calls that were traced, the newest first. */
    public record Calls(List<Call> traces, @Nullable String cursor) {}

    /**
     * A piece of work.
     *
     * @param parentSpanId the work that it is part of; null, or none that is here, where the trace
     *     came into the app
     * @param offsetMs milliseconds from the trace's begin to its own
     * @param durationMs milliseconds
     * @param failed whether it went wrong
     * @param attributes named as OpenTelemetry's semantic conventions name them
     */
    public record Span(
            String spanId,
            @Nullable String parentSpanId,
            String name,
            SpanRecord.Kind kind,
            Instant start,
            double offsetMs,
            double durationMs,
            boolean failed,
            String node,
            String revision,
            String requestId,
            Map<String, Object> attributes) {
        static Span of(TraceRecord of, SpanRecord span, Instant begin) {
            return new Span(
                    span.spanId(),
                    span.parentSpanId(),
                    span.name(),
                    span.kind(),
                    span.start(),
                    millis(Duration.between(begin, span.start()).toNanos()),
                    millis(span.durationNanos()),
                    span.status() == SpanRecord.Status.ERROR,
                    of.call().node(),
                    of.call().revision().label(),
                    of.call().requestId(),
                    span.attributes());
        }
    }

    /**
     * What an app did of a trace, on all nodes.
     *
     * @param start of the earliest span
     * @param durationMs milliseconds, to the end of the last one
     * @param calls of the app's functions, the earliest first
     * @param spans of those calls, in the order in which they began
     */
    public record Trace(
            String traceId, Instant start, double durationMs, List<Call> calls, List<Span> spans) {}

    static double millis(long nanos) {
        return Math.round(nanos / 1e3) / 1e3;
    }
}
