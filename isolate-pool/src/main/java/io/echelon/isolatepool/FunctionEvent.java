package io.echelon.isolatepool;

import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Something other than an HTTP request that a function is called for: a message of a queue, for
 * example. It is called through the same pools, quotas and outcomes as a request; its wall time
 * ends with its handler.
 *
 * @param requestId names the call in logs
 * @param kind which of the function's handlers takes it
 * @param name the handler's, as {@link EventHandler} has it
 * @param values what the handler learns, in the form of its kind: {@code null}, {@link Boolean},
 *     {@link Integer}, {@link Double}, {@link String}, {@code byte[]}; the arrays must not be
 *     changed afterwards
 */
public record FunctionEvent(
        String requestId, EventKind kind, String name, List<@Nullable Object> values)
        implements Invocation {
    public FunctionEvent {
        values = Collections.unmodifiableList(Arrays.asList(values.toArray()));
    }
}
