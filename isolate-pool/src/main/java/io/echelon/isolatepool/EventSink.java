package io.echelon.isolatepool;

import org.jspecify.annotations.Nullable;

/**
 * Who learns how an event ended.
 *
 * <p><b>Thread safety.</b> Called once, from any thread. It must not block.
 */
@FunctionalInterface
public interface EventSink {
    /**
     * The event is over, and what the guest asked to be waited for too.
     *
     * @param answer what the handler decided, in the form of its kind; a handler that threw may
     *     have decided something before. Null when it was stopped or never reached
     */
    void finished(CallReport report, @Nullable String answer);
}
