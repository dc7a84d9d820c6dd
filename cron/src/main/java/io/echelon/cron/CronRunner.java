package io.echelon.cron;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Calls a cron's handler.
 *
 * <p><b>Failure.</b> However a call goes wrong, its {@link Running#end} completes with an {@link
 * End}; it never completes exceptionally.
 *
 * <p><b>Thread safety.</b> Calls come from any thread; none blocks.
 */
public interface CronRunner {
    /** Begins a call. */
    Running run(Cron cron, Start start);

    /** A new id, by which the log knows a call. */
    String newRequestId();

    /**
     * What the handler is told, and by what the log knows the call.
     *
     * @param attempt from 1
     */
    record Start(String requestId, Instant scheduledTime, int attempt) {}

    /** A call under way. */
    interface Running {
        /** How it ended. */
        CompletableFuture<End> end();

        /** Asks for the end of the call, which then comes soon. Repeated calls do nothing. */
        void cancel();
    }

    /**
     * How a call ended.
     *
     * @param outcome an {@link io.echelon.tenants.Outcome}'s name
     * @param detail more about it, or null
     */
    record End(String outcome, Verdict verdict, @Nullable String detail) {}

    /** Whether a call did what it was to do. */
    enum Verdict {
        SUCCEEDED,
        /** It may be tried again. */
        FAILED,
        /** It failed and asked not to be tried again. */
        FAILED_FOR_GOOD
    }
}
