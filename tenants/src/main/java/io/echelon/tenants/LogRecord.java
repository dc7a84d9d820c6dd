package io.echelon.tenants;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of a function's log.
 *
 * @param message at most {@link Limits#LOG_LINE_MAX_BYTES}
 * @param requestId the request it was written for; null while an isolate was warmed
 * @param node the node that wrote it
 * @param traceId the trace that the request is part of; null when it is part of none, or was not
 *     recorded from its beginning
 */
public record LogRecord(
        Instant time,
        LogLevel level,
        String message,
        @Nullable String requestId,
        RevisionId revision,
        String node,
        @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String traceId) {
    /** A line of no trace. */
    public LogRecord(
            Instant time,
            LogLevel level,
            String message,
            @Nullable String requestId,
            RevisionId revision,
            String node) {
        this(time, level, message, requestId, revision, node, null);
    }
}
