package io.echelon.edgeruntime;

import io.echelon.isolatepool.CallReport;
import io.echelon.isolatepool.IsolateKind;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.SpanRecord;
import io.echelon.tenants.TraceRecord;
import io.echelon.tenants.TraceSummary;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A call of a function that is being recorded: its own span, the function's, and one for each thing
 * that the function calls, {@link #SPANS_MAX} at most.
 *
 * <p><b>Thread safety.</b> Any thread.
 */
final class RequestTrace {
    /** Of what a function calls, within one call of it. */
    static final int SPANS_MAX = 128;

    private final TracedCall call;
    private final String node;
    private final TraceContext own;
    private final @Nullable String parentSpanId;
    private final Consumer<RequestTrace> whenOver;
    private final String functionSpanId = newSpanId();
    private final List<OpenSpan> spans = new ArrayList<>();
    private int dropped;
    private int endsLeft;
    private int status;
    private Outcome outcome = Outcome.OK;
    private @Nullable CallReport report;
    private long durationNanos;
    private long functionEndNanos;

    /**
     * @param caller what the caller's trace is; null when the trace begins here
     * @param whenOver told once, when all that belongs to it has ended
     */
    RequestTrace(
            TracedCall call,
            String node,
            @Nullable TraceContext caller,
            Consumer<RequestTrace> whenOver) {
        this.call = call;
        this.node = node;
        this.endsLeft = call.ends();
        this.whenOver = whenOver;
        TraceContext begun = TraceContext.begun(call.requestId());
        this.own =
                caller == null
                        ? new TraceContext(begun.traceId(), begun.spanId(), true, "")
                        : new TraceContext(caller.traceId(), begun.spanId(), true, caller.state());
        this.parentSpanId = caller == null ? null : caller.spanId();
    }

    String requestId() {
        return call.requestId();
    }

    /** The trace and the call's own span. */
    TraceContext context() {
        return own;
    }

    /** What a call of the function is to carry on. */
    TraceContext context(@Nullable OpenSpan span) {
        return span == null
                ? own
                : new TraceContext(own.traceId(), span.spanId(), true, own.state());
    }

    /** Begins a span of what the function calls; null when there are too many, or it is over. */
    synchronized @Nullable OpenSpan begin(String name, SpanRecord.Kind kind) {
        if (spans.size() >= SPANS_MAX || endsLeft == 0) {
            dropped++;
            return null;
        }
        OpenSpan span = new OpenSpan(newSpanId(), functionSpanId, name, kind, Instant.now());
        spans.add(span);
        return span;
    }

    /** The function has run. */
    void called(CallReport ended) {
        synchronized (this) {
            report = ended;
            outcome = ended.outcome();
            functionEndNanos = System.nanoTime() - call.startNanos();
            if (call.ends() == 1) {
                durationNanos = functionEndNanos;
            }
        }
        end();
    }

    /** The function was not called. */
    void notCalled(@Nullable Outcome why) {
        synchronized (this) {
            outcome = why == null ? Outcome.OK : why;
        }
        end();
    }

    /**
     * The response is over.
     *
     * @param sent its status; 0 when none was sent
     */
    void answered(int sent) {
        synchronized (this) {
            status = sent;
            durationNanos = System.nanoTime() - call.startNanos();
        }
        end();
    }

    private void end() {
        boolean over;
        synchronized (this) {
            endsLeft = Math.max(-1, endsLeft - 1);
            over = endsLeft == 0;
        }
        if (over) {
            whenOver.accept(this);
        }
    }

    /** How many spans found no room. */
    synchronized int dropped() {
        return dropped;
    }

    /** All of it, once it is over. */
    synchronized TraceRecord record() {
        List<SpanRecord> all = new ArrayList<>();
        all.add(callSpan());
        CallReport ended = report;
        if (ended != null && ended.isolate() != null) {
            all.add(functionSpan(ended));
        }
        spans.forEach(span -> all.add(span.record()));
        return new TraceRecord(
                new TraceSummary(
                        own.traceId(),
                        own.spanId(),
                        call.requestId(),
                        call.revision(),
                        node,
                        call.title(),
                        call.start(),
                        durationNanos,
                        outcome.wireName(),
                        status == 0 ? null : status,
                        all.size()),
                all);
    }

    private SpanRecord callSpan() {
        Map<String, Object> attributes = new LinkedHashMap<>(call.attributes());
        if (status != 0) {
            attributes.put("http.response.status_code", status);
        }
        attributes.put("faas.name", call.revision().app().value());
        attributes.put("faas.version", call.revision().label());
        attributes.put("faas.invocation_id", call.requestId());
        attributes.put("echelon.tenant", call.revision().tenant().value());
        attributes.put("echelon.outcome", outcome.wireName());
        CallReport ended = report;
        if (ended != null) {
            attributes.put("echelon.queue_ms", millis(ended.queueNanos()));
            attributes.put("echelon.cpu_ms", millis(ended.cpuNanos()));
        }
        if (dropped > 0) {
            attributes.put("echelon.spans_dropped", dropped);
        }
        boolean failed = TraceSampler.isFailure(outcome) || status >= 500;
        if (failed) {
            attributes.put(
                    "error.type",
                    outcome == Outcome.OK ? Integer.toString(status) : outcome.wireName());
        }
        return new SpanRecord(
                own.spanId(),
                parentSpanId,
                call.name(),
                call.kind(),
                call.start(),
                durationNanos,
                failed ? SpanRecord.Status.ERROR : SpanRecord.Status.OK,
                attributes);
    }

    private SpanRecord functionSpan(CallReport ended) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        IsolateKind isolate = ended.isolate();
        if (isolate != null) {
            attributes.put("faas.coldstart", isolate == IsolateKind.COLD);
            attributes.put("echelon.isolate", isolate.wireName());
        }
        if (ended.peakMemoryBytes() > 0) {
            attributes.put("echelon.memory_peak_bytes", ended.peakMemoryBytes());
        }
        boolean failed = TraceSampler.isFailure(ended.outcome());
        if (failed) {
            attributes.put("error.type", ended.outcome().wireName());
        }
        long ran = Math.max(0, ended.wallNanos() - ended.queueNanos());
        return new SpanRecord(
                functionSpanId,
                own.spanId(),
                "function",
                SpanRecord.Kind.INTERNAL,
                call.start().plusNanos(Math.max(0, functionEndNanos - ran)),
                ran,
                failed ? SpanRecord.Status.ERROR : SpanRecord.Status.OK,
                attributes);
    }

    private static double millis(long nanos) {
        return Math.round(nanos / 1e3) / 1e3;
    }

    private static String newSpanId() {
        long id = ThreadLocalRandom.current().nextLong();
        return "%016x".formatted(id == 0 ? 1 : id);
    }
}
