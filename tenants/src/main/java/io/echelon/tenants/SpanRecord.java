package io.echelon.tenants;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One piece of work within a trace: a request, the run of its function, a call that the function
 * made.
 *
 * @param spanId sixteen hexadecimal digits
 * @param parentSpanId the work that this one is part of, of this platform or of a caller; null
 *     where the trace begins
 * @param durationNanos nanoseconds
 * @param attributes texts, whole numbers, fractions and truth values, named as OpenTelemetry's
 *     semantic conventions name them
 */
public record SpanRecord(
        String spanId,
        @Nullable String parentSpanId,
        String name,
        Kind kind,
        Instant start,
        long durationNanos,
        Status status,
        Map<String, Object> attributes) {

    /** Which side of a call a span tells, as OpenTelemetry has it. */
    public enum Kind {
        /** What is called from elsewhere. */
        @JsonProperty("server")
        SERVER,
        /** What calls elsewhere. */
        @JsonProperty("client")
        CLIENT,
        /** What takes messages. */
        @JsonProperty("consumer")
        CONSUMER,
        /** What does neither. */
        @JsonProperty("internal")
        INTERNAL
    }

    /** Whether the work went well. */
    public enum Status {
        @JsonProperty("ok")
        OK,
        @JsonProperty("error")
        ERROR
    }

    public SpanRecord {
        attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
    }
}
