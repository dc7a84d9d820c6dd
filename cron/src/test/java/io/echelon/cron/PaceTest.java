package io.echelon.cron;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class PaceTest {
    private static final long START = Long.MAX_VALUE - 1_000; // nanoTime may run over

    private final Pace pace = new Pace();

    private int at(double millis, int due) {
        return pace.next(due, START + (long) (millis * 1e6));
    }

    @Test
    void spreadsByTheClockHoweverLongTheMomentsAre() {
        pace.rest(START);
        int due = 500;
        double millis = 0;
        while (due > 0) {
            due -= at(millis, due);
            millis += 13; // a sleep of ten
        }
        assertThat(millis).isBetween(600.0, 680.0);
    }

    @Test
    void beginsMoreOfVeryMany() {
        pace.rest(START);
        assertThat(at(0, 6_000)).isEqualTo(100);
        assertThat(at(10, 6_000)).isEqualTo(100);
        assertThat(at(20, 300)).isEqualTo(Pace.PORTION);
    }

    @Test
    void doesNotMakeUpForALongStandStillAtOnce() {
        pace.rest(START);
        assertThat(at(0, 500)).isEqualTo(8);
        assertThat(at(2_000, 492)).isEqualTo(4 * 8);
        assertThat(at(2_000 + 10, 460)).isEqualTo(8 * 2);
    }
}
