package io.echelon.isolatepool;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One isolate's use of a binding. What it opens belongs to it and is released by {@link #close}.
 *
 * <p><b>Failure.</b> A stage that fails with a {@link GuestError} rejects the guest's promise with
 * an error of that class and message. Any other failure is the platform's: it is logged and the
 * guest sees {@code Error: internal error}.
 *
 * <p><b>Thread safety.</b> Calls come one at a time, on the isolate's turns. They must not block.
 */
public interface HostSession extends AutoCloseable {
    /**
     * Starts an operation. Arguments and the result are {@code null}, {@link Boolean}, {@link
     * Integer}, {@link Long}, {@link Double}, {@link String}, {@code byte[]} (a {@code
     * Uint8Array}), or {@code Object[]} of these (an array); the result may also be a {@link
     * HostResult} that gives one.
     */
    CompletionStage<@Nullable Object> start(String operation, @Nullable Object[] arguments);

    /**
     * What the session holds open, for the message of a call that ran out of time, such as {@code
     * fetch https://api.example.com/}. Empty when nothing.
     */
    default String waitingFor() {
        return "";
    }

    @Override
    void close();
}
