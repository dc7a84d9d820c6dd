package io.echelon.tenants;

import java.time.DateTimeException;
import java.time.ZoneId;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A schedule that a function's configuration or its code names, and what is to be done when things
 * do not go by it. What is null has its default.
 *
 * @param name 1 to {@link Limits#CRON_NAME_MAX_CHARS} letters, digits, spaces, hyphens and
 *     underscores
 * @param schedule a cron expression of at most {@link Limits#CRON_SCHEDULE_MAX_CHARS} characters,
 *     read by the module {@code cron}
 * @param timezone an IANA name; null is UTC
 * @param overlap what becomes of a fire while an earlier one still runs; null is {@link
 *     CronOverlap#SKIP}
 * @param missed what becomes of fires for which no node was there; null is {@link MissedFires#ONE}
 * @param jitterMs the most that a fire is delayed on purpose, in milliseconds, 0 to {@link
 *     Limits#CRON_JITTER_MS_MAX}; null is 0
 * @param backoffSchedule waits before each retry, in milliseconds: at most {@link
 *     Limits#BACKOFF_STEPS_MAX} of at most {@link Limits#BACKOFF_MS_MAX}; null is {@link
 *     #DEFAULT_BACKOFF}
 * @param deadlineMs the longest from a fire's first start to its end, retries and their waits
 *     included, in milliseconds, 1 to {@link Limits#CRON_DEADLINE_MS_MAX}; null is the most
 */
public record CronSpec(
        String name,
        String schedule,
        @Nullable String timezone,
        @Nullable CronOverlap overlap,
        @Nullable MissedFires missed,
        @Nullable Integer jitterMs,
        @Nullable List<Integer> backoffSchedule,
        @Nullable Integer deadlineMs) {
    /** Deno's waits before the retries of a cron, in milliseconds. */
    public static final List<Integer> DEFAULT_BACKOFF = List.of(100, 1_000, 5_000, 30_000, 60_000);

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9 _-]*");

    public CronSpec {
        if (name.isEmpty() || name.length() > Limits.CRON_NAME_MAX_CHARS) {
            throw refuse(
                    "Cron name \"%s\" is %d characters; from 1 to %d are allowed"
                            .formatted(
                                    name.length() > Limits.CRON_NAME_MAX_CHARS
                                            ? name.substring(0, Limits.CRON_NAME_MAX_CHARS) + "…"
                                            : name,
                                    name.length(),
                                    Limits.CRON_NAME_MAX_CHARS));
        }
        if (!NAME.matcher(name).matches()) {
            throw refuse(
                    "Cron name \"%s\" may have letters, digits, spaces, hyphens and underscores only"
                            .formatted(name));
        }
        if (schedule.length() > Limits.CRON_SCHEDULE_MAX_CHARS) {
            throw refuse(
                    "The schedule of cron \"%s\" is %,d characters; at most %d are allowed"
                            .formatted(name, schedule.length(), Limits.CRON_SCHEDULE_MAX_CHARS));
        }
        if (timezone != null) {
            checkZone(name, timezone);
        }
        if (jitterMs != null) {
            Checks.range("jitterMs of cron " + name, jitterMs, 0, Limits.CRON_JITTER_MS_MAX);
        }
        if (backoffSchedule != null) {
            backoffSchedule = List.copyOf(backoffSchedule);
            Checks.range(
                    "The number of waits in the backoffSchedule of cron " + name,
                    backoffSchedule.size(),
                    0,
                    Limits.BACKOFF_STEPS_MAX);
            for (int wait : backoffSchedule) {
                Checks.range(
                        "A wait in milliseconds in the backoffSchedule of cron " + name,
                        wait,
                        0,
                        Limits.BACKOFF_MS_MAX);
            }
        }
        if (deadlineMs != null) {
            Checks.range("deadlineMs of cron " + name, deadlineMs, 1, Limits.CRON_DEADLINE_MS_MAX);
        }
    }

    /** A cron that is treated as crons are by default. */
    public CronSpec(String name, String schedule) {
        this(name, schedule, null, null, null, null, null, null);
    }

    private static void checkZone(String name, String zone) {
        try {
            var _ = ZoneId.of(zone);
        } catch (DateTimeException unknown) {
            throw refuse(
                    "The time zone of cron \"%s\" is \"%s\"; it must be an IANA name such as Europe/Berlin"
                            .formatted(
                                    name, zone.length() > 40 ? zone.substring(0, 40) + "…" : zone));
        }
    }

    private static EchelonException refuse(String message) {
        return new EchelonException(ErrorCode.INVALID_CONFIGURATION, message);
    }
}
