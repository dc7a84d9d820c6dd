package io.echelon.edgeruntime;

import io.echelon.isolatepool.GuestError;
import io.echelon.tenants.SpanRecord;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A call that a function makes while it is recorded.
 *
 * <p><b>Thread safety.</b> Any thread; what comes after the end is ignored.
 */
final class OpenSpan {
    private static final int TEXT_MAX_CHARS = 256;

    private final String spanId;
    private final String parentSpanId;
    private final String name;
    private final SpanRecord.Kind kind;
    private final Instant start;
    private final long startNanos = System.nanoTime();
    private final Map<String, Object> attributes = new LinkedHashMap<>();
    private boolean failed;
    private long durationNanos = -1;

    OpenSpan(String spanId, String parentSpanId, String name, SpanRecord.Kind kind, Instant start) {
        this.spanId = spanId;
        this.parentSpanId = parentSpanId;
        this.name = cut(name);
        this.kind = kind;
        this.start = start;
    }

    String spanId() {
        return spanId;
    }

    synchronized OpenSpan set(String attribute, Object value) {
        if (durationNanos < 0) {
            attributes.put(attribute, value instanceof String text ? cut(text) : value);
        }
        return this;
    }

    /** Says what went wrong; the span still has to end. */
    synchronized OpenSpan failed(String type) {
        if (durationNanos < 0) {
            failed = true;
            attributes.put("error.type", cut(type));
        }
        return this;
    }

    /** Says how a request was answered; a refusal is a failure of who asked. */
    void answered(int status) {
        set("http.response.status_code", status);
        if (status >= 400) {
            failed(Integer.toString(status));
        }
    }

    synchronized void end() {
        if (durationNanos < 0) {
            durationNanos = System.nanoTime() - startNanos;
        }
    }

    /** As it is to be kept; work that is still under way ends here. */
    synchronized SpanRecord record() {
        if (durationNanos < 0) {
            attributes.put("echelon.unfinished", true);
            end();
        }
        return new SpanRecord(
                spanId,
                parentSpanId,
                name,
                kind,
                start,
                durationNanos,
                failed ? SpanRecord.Status.ERROR : SpanRecord.Status.OK,
                attributes);
    }

    /** Starts work whose end is the span's. */
    static <T extends @Nullable Object> CompletionStage<T> around(
            @Nullable OpenSpan span, Supplier<CompletionStage<T>> work) {
        if (span == null) {
            return work.get();
        }
        try {
            return work.get().whenComplete((_, failure) -> span.endedWith(failure));
        } catch (RuntimeException e) {
            span.endedWith(e);
            throw e;
        }
    }

    private void endedWith(@Nullable Throwable failure) {
        if (failure != null) {
            Throwable cause =
                    failure instanceof CompletionException && failure.getCause() != null
                            ? failure.getCause()
                            : failure;
            failed(cause instanceof GuestError told ? told.className() : "internal");
        }
        end();
    }

    private static String cut(String text) {
        return text.length() <= TEXT_MAX_CHARS ? text : text.substring(0, TEXT_MAX_CHARS);
    }
}
