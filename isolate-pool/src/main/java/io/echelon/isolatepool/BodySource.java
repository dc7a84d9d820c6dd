package io.echelon.isolatepool;

import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a request's body, pulled by the guest.
 *
 * <p><b>Thread safety.</b> At most one read is under way at a time; reads come from any thread.
 */
public interface BodySource {
    /** The next bytes, never empty; null at the end. Fails when the caller broke off. */
    CompletionStage<byte @Nullable []> read();

    /** Says that nobody will read on. */
    void cancel();
}
