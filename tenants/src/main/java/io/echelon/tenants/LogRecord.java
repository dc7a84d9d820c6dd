package io.echelon.tenants;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One line of a function's log.
 *
 * @param message at most {@link Limits#LOG_LINE_MAX_BYTES}
 * @param requestId the request it was written for; null while an isolate was warmed
 * @param node the node that wrote it
 */
public record LogRecord(
        Instant time,
        LogLevel level,
        String message,
        @Nullable String requestId,
        RevisionId revision,
        String node) {}
