package io.echelon.isolatepool;

import org.jspecify.annotations.Nullable;

/**
 * The head of a function's response.
 *
 * @param status 200 to 599
 * @param headers names in lower case and values in turn; a name may repeat
 * @param body the whole body; null when it follows in pieces
 * @param isolate what kind of isolate answers
 * @param queueNanos time the call waited for an isolate
 * @param cpuNanos CPU time used for the call so far
 */
public record ResponseHead(
        int status,
        String[] headers,
        byte @Nullable [] body,
        IsolateKind isolate,
        long queueNanos,
        long cpuNanos) {}
