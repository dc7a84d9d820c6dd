package io.echelon.isolatepool;

import io.echelon.tenants.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * How a call ended and what it used.
 *
 * @param message for the caller when the outcome is an error; free of stack traces and internals
 * @param isolate null when no isolate was reached
 * @param queueNanos time the call waited for an isolate
 * @param cpuNanos CPU time on the processor, waiting not counted
 * @param peakMemoryBytes the most that was seen retained; 0 when it stayed too small to be measured
 * @param wallNanos from the call to its end
 */
public record CallReport(
        Outcome outcome,
        @Nullable String message,
        @Nullable IsolateKind isolate,
        long queueNanos,
        long cpuNanos,
        long peakMemoryBytes,
        long wallNanos) {}
