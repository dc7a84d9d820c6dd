package io.echelon.isolatepool;

import java.util.concurrent.CompletionStage;

/**
 * Where a call's response goes.
 *
 * <p><b>Lifecycle.</b> Either {@link #head} with a whole body; or {@link #head}, {@link #write} any
 * number of times, and {@link #end}; or no head at all. {@link #finished} comes exactly once and
 * last. When it comes with an outcome other than {@code ok} and no head was sent, the sink answers
 * for the platform; after a head, it breaks the response off.
 *
 * <p><b>Thread safety.</b> Calls come from any thread, one at a time. They must not block.
 */
public interface ResponseSink {
    /** The response's head; with a whole body when that was known at once. */
    void head(ResponseHead head);

    /**
     * The next bytes of the body. The stage completes when more may be written, and fails when the
     * caller left.
     */
    CompletionStage<Void> write(byte[] chunk);

    /** The body that followed in pieces is complete; not called after a head with a whole body. */
    void end();

    /**
     * The call is over; what the guest asked to be waited for ({@code ctx.waitUntil}) may have gone
     * on after the response's end.
     */
    void finished(CallReport report);
}
