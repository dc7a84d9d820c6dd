package io.echelon.cron;

import io.echelon.tenants.RevisionId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One attempt to run a cron's handler, or a fire that was not run, as it is listed.
 *
 * @param number from 1; the greatest is the newest
 * @param fire the fire's id; attempts of one fire share it
 * @param revision the number of the revision that ran
 * @param scheduledTime when it was to happen
 * @param startedAt when it did, or was decided not to
 * @param endedAt null while it runs
 * @param outcome how it ended: an {@link io.echelon.tenants.Outcome}'s name, or one of the
 *     constants here
 * @param attempt from 1; 0 when the handler was not called
 * @param requestId names the run in the log; null when the handler was not called
 * @param detail more about the outcome, or null
 */
public record CronRun(
        long number,
        String fire,
        int revision,
        Instant scheduledTime,
        Instant startedAt,
        @Nullable Instant endedAt,
        String outcome,
        String node,
        int attempt,
        @Nullable String requestId,
        @Nullable String detail) {
    /** It runs. */
    public static final String RUNNING = "running";

    /** An earlier fire was under way. */
    public static final String SKIPPED = "skipped";

    /** No node was there in time, and the cron's policy is not to make up for it. */
    public static final String MISSED = "missed";

    /** Its node died, or was stopped; another attempt follows on another. */
    public static final String NODE_LOST = "nodeLost";

    /** The row of an attempt that begins. */
    static CronRun begun(Cron cron, CronLease lease, Instant now) {
        return new CronRun(
                lease.run(),
                lease.fire(),
                cron.revision().number(),
                lease.scheduledTime(),
                now,
                null,
                RUNNING,
                lease.node(),
                lease.attempt(),
                lease.requestId(),
                null);
    }

    CronRun by(RevisionId other) {
        return new CronRun(
                number,
                fire,
                other.number(),
                scheduledTime,
                startedAt,
                endedAt,
                outcome,
                node,
                attempt,
                requestId,
                detail);
    }

    CronRun ended(Instant at, String newOutcome, @Nullable String newDetail) {
        return new CronRun(
                number,
                fire,
                revision,
                scheduledTime,
                startedAt,
                at,
                newOutcome,
                node,
                attempt,
                requestId,
                newDetail);
    }
}
