package io.echelon.cron;

import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * When something is to happen, to the second: a cron expression that was read.
 *
 * <p>When both the day of month and the day of week are restricted, a day that either covers
 * counts.
 *
 * <p><b>Daylight saving.</b> A schedule that names its hours goes by the clock on the wall: a time
 * that a jump leaves out happens right after the jump, once, however many were left out; a time
 * that comes twice happens the first time. A schedule of every hour goes by time that passes: every
 * hour, the repeated one too, has its minutes, and one that is left out is not made up for.
 *
 * <p><b>Thread safety.</b> Immutable.
 */
public final class Schedule {
    /** No schedule has a longer gap: 29 February that is also an uncommon day of the week. */
    private static final int MOST_YEARS = 41;

    private static final long EVERY_HOUR = (1L << 24) - 1;

    private final String text;
    private final long seconds;
    private final long minutes;
    private final long hours;
    private final List<DayRule> daysOfMonth;
    private final long months;
    private final List<DayRule> daysOfWeek;

    Schedule(
            String text,
            long seconds,
            long minutes,
            long hours,
            List<DayRule> daysOfMonth,
            long months,
            List<DayRule> daysOfWeek) {
        this.text = text;
        this.seconds = seconds;
        this.minutes = minutes;
        this.hours = hours;
        this.daysOfMonth = List.copyOf(daysOfMonth);
        this.months = months;
        this.daysOfWeek = List.copyOf(daysOfWeek);
    }

    /**
     * Reads an expression of five fields, six with seconds first, or a name such as {@code
     * @hourly}.
     *
     * @throws io.echelon.tenants.EchelonException INVALID_CONFIGURATION when it is not one, or never
     *     happens
     */
    public static Schedule parse(String text, Weekdays weekdays) {
        return ScheduleReader.read(text, weekdays);
    }

    /** The expression as it was written. */
    public String text() {
        return text;
    }

    /** The first time after a moment; null when there is none within decades. */
    public @Nullable Instant next(Instant after, ZoneId zone) {
        ZoneRules rules = zone.getRules();
        return hours == EVERY_HOUR ? nextByTime(after, rules) : nextByClock(after, rules);
    }

    /**
     * The next times after a moment, in order.
     *
     * @param count 0 or more
     */
    public List<Instant> next(Instant after, ZoneId zone, int count) {
        List<Instant> times = new ArrayList<>();
        Instant time = next(after, zone);
        while (time != null && times.size() < count) {
            times.add(time);
            time = next(time, zone);
        }
        return times;
    }

    boolean everFires() {
        return nextLocal(LocalDateTime.of(2000, 1, 1, 0, 0)) != null;
    }

    private @Nullable Instant nextByClock(Instant after, ZoneRules rules) {
        LocalDateTime from = following(after, rules.getOffset(after));
        while (true) {
            LocalDateTime local = nextLocal(from);
            if (local == null) {
                return null;
            }
            Instant time = onTheClock(local, rules);
            if (time.isAfter(after)) {
                return time;
            }
            from = local.plusSeconds(1); // it was the first time, and this is the second
        }
    }

    private static Instant onTheClock(LocalDateTime local, ZoneRules rules) {
        ZoneOffsetTransition jump = rules.getTransition(local);
        if (jump == null) {
            return local.toInstant(rules.getOffset(local));
        }
        return jump.isGap() ? jump.getInstant() : local.toInstant(jump.getOffsetBefore());
    }

    private @Nullable Instant nextByTime(Instant after, ZoneRules rules) {
        ZoneOffset offset = rules.getOffset(after);
        LocalDateTime from = following(after, offset);
        ZoneOffsetTransition jump = rules.nextTransition(after);
        while (true) {
            LocalDateTime local = nextLocal(from);
            if (local == null) {
                return null;
            }
            Instant time = local.toInstant(offset);
            if (jump == null || time.isBefore(jump.getInstant())) {
                return time;
            }
            offset = jump.getOffsetAfter();
            from = jump.getDateTimeAfter();
            jump = rules.nextTransition(jump.getInstant());
        }
    }

    private static LocalDateTime following(Instant after, ZoneOffset offset) {
        return LocalDateTime.ofInstant(after, offset)
                .truncatedTo(ChronoUnit.SECONDS)
                .plusSeconds(1);
    }

    /** The first local time from one on, that one included. */
    private @Nullable LocalDateTime nextLocal(LocalDateTime from) {
        LocalDate last = from.toLocalDate().plusYears(MOST_YEARS);
        LocalTime earliest = from.toLocalTime();
        LocalDate day = from.toLocalDate();
        while (day.isBefore(last)) {
            if (!has(months, day.getMonthValue())) {
                day = day.withDayOfMonth(1).plusMonths(1);
            } else {
                LocalTime time = covers(day) ? nextTime(earliest) : null;
                if (time != null) {
                    return day.atTime(time);
                }
                day = day.plusDays(1);
            }
            earliest = LocalTime.MIDNIGHT;
        }
        return null;
    }

    private boolean covers(LocalDate day) {
        if (daysOfMonth.isEmpty()) {
            return daysOfWeek.isEmpty() || daysOfWeek.stream().anyMatch(rule -> rule.covers(day));
        }
        return daysOfMonth.stream().anyMatch(rule -> rule.covers(day))
                || daysOfWeek.stream().anyMatch(rule -> rule.covers(day));
    }

    /** The first time of a day from one on, that one included. */
    private @Nullable LocalTime nextTime(LocalTime from) {
        int hour = from(hours, from.getHour());
        int minute = hour == from.getHour() ? from.getMinute() : 0;
        int second = hour == from.getHour() ? from.getSecond() : 0;
        while (hour < Long.SIZE) {
            int foundMinute = from(minutes, minute);
            int foundSecond = from(seconds, foundMinute == minute ? second : 0);
            if (foundMinute < Long.SIZE && foundSecond < Long.SIZE) {
                return LocalTime.of(hour, foundMinute, foundSecond);
            }
            second = 0;
            minute = foundMinute < Long.SIZE ? foundMinute + 1 : 0;
            if (foundMinute >= Long.SIZE) {
                hour = from(hours, hour + 1);
            }
        }
        return null;
    }

    /** The lowest bit that is set from one on; 64 when there is none. */
    private static int from(long bits, int least) {
        return least >= Long.SIZE ? Long.SIZE : Long.numberOfTrailingZeros(bits & -1L << least);
    }

    private static boolean has(long bits, int index) {
        return (bits >>> index & 1) != 0;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Schedule that
                && text.equals(that.text)
                && seconds == that.seconds
                && minutes == that.minutes
                && hours == that.hours
                && daysOfMonth.equals(that.daysOfMonth)
                && months == that.months
                && daysOfWeek.equals(that.daysOfWeek);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
