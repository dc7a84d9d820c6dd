package io.echelon.tenants;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One call of a function that was traced, in a few words.
 *
 * @param traceId thirty-two hexadecimal digits; several calls may be part of one trace
 * @param spanId the call's own span
 * @param node the node that answered it
 * @param name what was called: a method and a path, a cron, a queue
 * @param durationNanos from its head to the last byte of its answer, in nanoseconds
 * @param outcome as {@link Outcome#wireName} has it
 * @param status of HTTP; null when there was none
 * @param spans how many there are
 */
public record TraceSummary(
        String traceId,
        String spanId,
        String requestId,
        RevisionId revision,
        String node,
        String name,
        Instant start,
        long durationNanos,
        String outcome,
        @Nullable Integer status,
        int spans) {}
