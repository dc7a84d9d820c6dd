package io.echelon.cron;

import io.echelon.tenants.Limits;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What has been decided of a cron; one row, changed only by commits that check it, so that each
 * fire is decided once.
 *
 * @param decided every fire up to this one was claimed, skipped, or missed; null before the first
 * @param scheduleKey the schedule by which that was decided; null before the first
 * @param runs how many rows of runs were written so far: the number of the newest
 * @param activity whether it fires
 * @param resumedAt when it last went on after a pause; fires before that are not made up for
 * @param endedAt when a run last ended, of a cron whose fires wait for one another
 */
public record CronState(
        @Nullable Instant decided,
        @Nullable String scheduleKey,
        long runs,
        Activity activity,
        @Nullable Instant resumedAt,
        @Nullable Instant endedAt) {
    static final CronState NEW = new CronState(null, null, 0, Activity.ACTIVE, null, null);

    /** Whether a cron fires. */
    public enum Activity {
        ACTIVE,
        PAUSED
    }

    CronState decide(Instant fire, String key) {
        return new CronState(fire, key, runs, activity, resumedAt, endedAt);
    }

    /** One more run; the row that it pushes out is {@link #forgottenRun}. */
    CronState countRun() {
        return new CronState(decided, scheduleKey, runs + 1, activity, resumedAt, endedAt);
    }

    CronState ended(Instant at) {
        return new CronState(decided, scheduleKey, runs, activity, resumedAt, at);
    }

    CronState pause() {
        return new CronState(decided, scheduleKey, runs, Activity.PAUSED, resumedAt, endedAt);
    }

    CronState resume(Instant at) {
        return new CronState(decided, scheduleKey, runs, Activity.ACTIVE, at, endedAt);
    }

    /**
     * The number of the run whose row goes when the newest is written; 0 or less when none does.
     */
    long forgottenRun() {
        return runs - Limits.CRON_RUNS_KEPT;
    }
}
