package io.echelon.cron;

import java.time.DayOfWeek;
import java.time.LocalDate;
import java.time.temporal.TemporalAdjusters;

/** Which days a part of a schedule's day fields covers. */
sealed interface DayRule {

    boolean covers(LocalDate day);

    /** Days of the month, a bit each. */
    record DaysOfMonth(int bits) implements DayRule {
        @Override
        public boolean covers(LocalDate day) {
            return (bits >>> day.getDayOfMonth() & 1) != 0;
        }
    }

    /** Days of the week, a bit each; bit 0 is Sunday. */
    record DaysOfWeek(int bits) implements DayRule {
        @Override
        public boolean covers(LocalDate day) {
            return (bits >>> day.getDayOfWeek().getValue() % 7 & 1) != 0;
        }
    }

    /**
     * The last day of the month, or one before it.
     *
     * @param before how many days before, 0 to 30; months that are too short have none
     */
    record FromLast(int before) implements DayRule {
        @Override
        public boolean covers(LocalDate day) {
            return day.getDayOfMonth() == day.lengthOfMonth() - before;
        }
    }

    /** The last day from Monday to Friday of the month. */
    record LastWorkday() implements DayRule {
        @Override
        public boolean covers(LocalDate day) {
            return day.equals(workday(day, day.lengthOfMonth()));
        }
    }

    /** The day from Monday to Friday that is nearest to a day of the month, within the month. */
    record NearestWorkday(int dayOfMonth) implements DayRule {
        @Override
        public boolean covers(LocalDate day) {
            return dayOfMonth <= day.lengthOfMonth() && day.equals(workday(day, dayOfMonth));
        }
    }

    /** The last of a day of the week in the month. */
    record LastOfWeekday(DayOfWeek weekday) implements DayRule {
        @Override
        public boolean covers(LocalDate day) {
            return day.equals(day.with(TemporalAdjusters.lastInMonth(weekday)));
        }
    }

    /**
     * The first, second … of a day of the week in the month.
     *
     * @param nth 1 to 5; months without a fifth have none
     */
    record NthWeekday(DayOfWeek weekday, int nth) implements DayRule {
        @Override
        public boolean covers(LocalDate day) {
            return day.getDayOfWeek() == weekday && (day.getDayOfMonth() - 1) / 7 + 1 == nth;
        }
    }

    private static LocalDate workday(LocalDate inMonth, int dayOfMonth) {
        LocalDate day = inMonth.withDayOfMonth(dayOfMonth);
        return switch (day.getDayOfWeek()) {
            case SATURDAY -> dayOfMonth == 1 ? day.plusDays(2) : day.minusDays(1);
            case SUNDAY -> dayOfMonth == day.lengthOfMonth() ? day.minusDays(2) : day.plusDays(1);
            default -> day;
        };
    }
}
