package io.echelon.edgeruntime;

import io.echelon.isolatepool.CallReport;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.TraceRecord;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls of functions on this node that are recorded now, and those whose caller's trace is only
 * passed on. A call that is neither costs a look for the caller's header and a look at a clock.
 *
 * <p><b>Thread safety.</b> Any thread.
 */
final class Traces {
    private final String node;
    private final TraceSampler sampler;
    private final Consumer<TraceRecord> sink;
    private final TraceMetrics metrics;
    private final ConcurrentMap<String, RequestTrace> recorded = new ConcurrentHashMap<>();
    private final ConcurrentMap<String, TraceContext> passedOn = new ConcurrentHashMap<>();

    /**
     * @param sink takes what is recorded; it must not block
     */
    Traces(String node, TraceSampler sampler, TraceMetrics metrics, Consumer<TraceRecord> sink) {
        this.node = node;
        this.sampler = sampler;
        this.metrics = metrics;
        this.sink = sink;
    }

    /** Records nothing and passes nothing on. */
    static Traces off() {
        return new Traces(
                "", new TraceSampler(TraceSampler.Settings.OFF), TraceMetrics.unseen(), _ -> {});
    }

    /** Begins the trace of an admitted request; null when it is not recorded. */
    @Nullable RequestTrace begin(Exchange exchange, RequestHead head, Target target) {
        TraceContext caller = TraceContext.of(head);
        if (sampler.records(caller, exchange.startNanos())) {
            return record(exchange.tracedCall(target), caller);
        }
        if (caller != null) {
            passOn(exchange.requestId(), caller);
        }
        return null;
    }

    /**
     * Begins the trace of a call that is no request; null when it is not recorded.
     *
     * @param caller what it is part of; null when it begins a trace
     */
    @Nullable RequestTrace begin(
            String requestId, @Nullable TraceContext caller, Supplier<TracedCall> call) {
        if (sampler.records(caller, System.nanoTime())) {
            return record(call.get(), caller);
        }
        if (caller != null) {
            passOn(requestId, caller);
        }
        return null;
    }

    private RequestTrace record(TracedCall call, @Nullable TraceContext caller) {
        RequestTrace trace = new RequestTrace(call, node, caller, this::over);
        recorded.put(call.requestId(), trace);
        return trace;
    }

    private void passOn(String requestId, TraceContext caller) {
        if (!sampler.isOff()) {
            passedOn.put(requestId, caller);
        }
    }

    /** A function has run for a request; one that failed or was slow is kept even now. */
    void called(Exchange exchange, Target target, CallReport report, int status) {
        RequestTrace trace = exchange.trace();
        TraceContext caller = passedOn.isEmpty() ? null : passedOn.remove(exchange.requestId());
        if (trace != null) {
            trace.called(report);
        } else if (sampler.keeps(report, status)) {
            RequestTrace late =
                    new RequestTrace(exchange.tracedCall(target), node, caller, this::over);
            late.answered(status);
            late.called(report);
        }
    }

    /** A function has run for something else. */
    void called(
            @Nullable RequestTrace trace,
            String requestId,
            CallReport report,
            Supplier<TracedCall> call) {
        TraceContext caller = passedOn.isEmpty() ? null : passedOn.remove(requestId);
        if (trace != null) {
            trace.called(report);
        } else if (sampler.keeps(report, 0)) {
            new RequestTrace(call.get().begun(report), node, caller, this::over).called(report);
        }
    }

    /** A request was answered without a function. */
    void notCalled(Exchange exchange, @Nullable Outcome outcome) {
        RequestTrace trace = exchange.trace();
        if (trace != null) {
            trace.notCalled(outcome);
        }
        if (!passedOn.isEmpty()) {
            passedOn.remove(exchange.requestId());
        }
    }

    /** Whether nothing is recorded at the moment. */
    boolean areIdle() {
        return recorded.isEmpty();
    }

    /** The recorded trace of a call that is under way; null when it is not recorded. */
    @Nullable RequestTrace recorded(String requestId) {
        return recorded.isEmpty() ? null : recorded.get(requestId);
    }

    /** The trace that a call under way is known to be part of, for its log; null for none. */
    @Nullable String traceId(String requestId) {
        RequestTrace trace = recorded(requestId);
        if (trace != null) {
            return trace.context().traceId();
        }
        TraceContext caller = passedOn.isEmpty() ? null : passedOn.get(requestId);
        return caller == null ? null : caller.traceId();
    }

    /**
     * What a call of a function is to carry on; null for nothing.
     *
     * @param span of what it calls; null when that is not recorded
     */
    @Nullable TraceContext carried(String requestId, @Nullable OpenSpan span) {
        if (sampler.isOff()) {
            return null;
        }
        RequestTrace trace = recorded(requestId);
        if (trace != null) {
            return trace.context(span);
        }
        TraceContext caller = passedOn.isEmpty() ? null : passedOn.get(requestId);
        return caller == null ? TraceContext.begun(requestId) : caller;
    }

    /** The headers of a request that is put off, with the trace that its answer is part of. */
    String[] carried(Exchange exchange, String[] headers) {
        RequestTrace trace = exchange.trace();
        return trace == null ? headers : trace.context().in(headers);
    }

    private void over(RequestTrace trace) {
        recorded.remove(trace.requestId(), trace);
        metrics.recorded(trace.dropped());
        sink.accept(trace.record());
    }
}
