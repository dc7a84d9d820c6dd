package io.echelon.controlplane;

import io.echelon.tenants.LogLevel;
import io.echelon.tenants.LogRecord;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A line of a log as the API tells it.
 *
 * @param requestId null while an isolate was warmed
 * @param revision as users call it, {@code v1}
 * @param traceId null when the request is part of no trace that is known
 */
public record LogLine(
        Instant time,
        LogLevel level,
        String message,
        @Nullable String requestId,
        String revision,
        String node,
        @Nullable String traceId) {
    static LogLine of(LogRecord record) {
        return new LogLine(
                record.time(),
                record.level(),
                record.message(),
                record.requestId(),
                record.revision().label(),
                record.node(),
                record.traceId());
    }
}
