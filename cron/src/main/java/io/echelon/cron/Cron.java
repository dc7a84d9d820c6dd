package io.echelon.cron;

import io.echelon.tenants.CronOverlap;
import io.echelon.tenants.CronSpec;
import io.echelon.tenants.Limits;
import io.echelon.tenants.MissedFires;
import io.echelon.tenants.RevisionId;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A cron in force: that of the revision to which its app's address leads.
 *
 * @param weekdays how the schedule numbers the days of the week
 * @param since when the address came to lead there; earlier fires are not this revision's
 */
public record Cron(
        CronId id,
        RevisionId revision,
        Schedule schedule,
        Weekdays weekdays,
        ZoneId zone,
        CronOverlap overlap,
        MissedFires missed,
        Duration jitter,
        List<Duration> backoff,
        Duration deadline,
        Instant since) {
    /** Whether the module registered it with {@code Deno.cron}. */
    public boolean isRegistered() {
        return weekdays == Weekdays.FROM_ONE;
    }

    /** What a schedule means: crons of the same key fire at the same times. */
    String scheduleKey() {
        return schedule.text() + " " + zone.getId();
    }

    /** The first fire after a moment; null when there is none. */
    @Nullable Instant next(Instant after) {
        return schedule.next(after, zone);
    }

    /** When a fire is due: its scheduled time and a delay that is the same on every node. */
    Instant due(Instant scheduledTime) {
        long most = jitter.toMillis();
        if (most == 0) {
            return scheduledTime;
        }
        long mixed = (id.hashCode() * 31L + scheduledTime.toEpochMilli()) * 0x9e3779b97f4a7c15L;
        return scheduledTime.plusMillis(Long.remainderUnsigned(mixed ^ mixed >>> 32, most + 1));
    }

    /** The cron that a revision declares. */
    public static Cron of(DeclaredCron declared, RevisionId revision, Instant since) {
        CronSpec spec = declared.spec();
        List<Integer> backoff = spec.backoffSchedule();
        return new Cron(
                new CronId(revision.tenant(), revision.app(), spec.name()),
                revision,
                Schedule.parse(spec.schedule(), declared.weekdays()),
                declared.weekdays(),
                zone(spec),
                spec.overlap() == null ? CronOverlap.SKIP : spec.overlap(),
                spec.missed() == null ? MissedFires.ONE : spec.missed(),
                Duration.ofMillis(spec.jitterMs() == null ? 0 : spec.jitterMs()),
                (backoff == null ? CronSpec.DEFAULT_BACKOFF : backoff)
                        .stream().map(Duration::ofMillis).toList(),
                Duration.ofMillis(
                        spec.deadlineMs() == null
                                ? Limits.CRON_DEADLINE_MS_MAX
                                : spec.deadlineMs()),
                since);
    }

    /** The time zone of a cron, UTC unless it names one. */
    public static ZoneId zone(CronSpec spec) {
        return spec.timezone() == null ? ZoneOffset.UTC : ZoneId.of(spec.timezone());
    }
}
