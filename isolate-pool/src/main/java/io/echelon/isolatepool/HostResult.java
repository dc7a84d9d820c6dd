package io.echelon.isolatepool;

import org.jspecify.annotations.Nullable;

/**
 * A result of an operation whose sender wants to know when the guest takes it, such as to count
 * what waits for guests that are slow. What a guest never takes, because it ended before, is known
 * by {@link HostSession#close}.
 */
@FunctionalInterface
public interface HostResult {
    /** The result, at the moment at which the guest takes it; called once, on the guest's turn. */
    @Nullable Object take();
}
