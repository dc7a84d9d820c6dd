package io.echelon.cron;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A fire under way: a row that its runner writes again every few seconds. A row that nobody wrote
 * for ten seconds, by the clock of who watches it, is that of a runner that died; no two clocks are
 * ever compared.
 *
 * @param fire the fire's id, by chance
 * @param attempt which start of the handler this is, from 1
 * @param failures how many of the starts before failed; others were lost with their node
 * @param run the number of the attempt's row
 * @param owner the process that runs it, by chance; empty when it was let go
 * @param startedAt when the first attempt began
 * @param retryAt when the next attempt is to begin; null while one runs
 * @param beginsAt when the first attempt begins, if it had not when this was written; else null
 */
public record CronLease(
        CronId cron,
        String fire,
        Instant scheduledTime,
        int attempt,
        int failures,
        long run,
        String node,
        String owner,
        String requestId,
        Instant startedAt,
        @Nullable Instant retryAt,
        @Nullable Instant beginsAt) {
    /** The owner of a fire that its runner let go. */
    static final String NOBODY = "";

    CronLease with(String newNode, String newOwner) {
        return new CronLease(
                cron,
                fire,
                scheduledTime,
                attempt,
                failures,
                run,
                newNode,
                newOwner,
                requestId,
                startedAt,
                retryAt,
                beginsAt);
    }

    /** The same once its handler was called. */
    CronLease begun() {
        return new CronLease(
                cron,
                fire,
                scheduledTime,
                attempt,
                failures,
                run,
                node,
                owner,
                requestId,
                startedAt,
                retryAt,
                null);
    }

    CronLease failed(Instant newRetryAt) {
        return new CronLease(
                cron,
                fire,
                scheduledTime,
                attempt,
                failures + 1,
                run,
                node,
                owner,
                requestId,
                startedAt,
                newRetryAt,
                null);
    }

    /** The next attempt, by somebody. */
    CronLease next(long newRun, String newNode, String newOwner, String newRequestId) {
        return new CronLease(
                cron,
                fire,
                scheduledTime,
                attempt + 1,
                failures,
                newRun,
                newNode,
                newOwner,
                newRequestId,
                startedAt,
                null,
                null);
    }
}
