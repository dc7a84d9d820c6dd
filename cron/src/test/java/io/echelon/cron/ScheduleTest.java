package io.echelon.cron;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ScheduleTest {
    private static final ZoneId UTC = ZoneOffset.UTC;

    /** The schedule, a moment, and the local times that follow it. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "* * * * *          | 2026-11-21T11:34:11 | 2026-11-21T11:35 2026-11-21T11:36",
                "*/5 * * * *        | 2026-11-21T11:35:00 | 2026-11-21T11:40 2026-11-21T11:45",
                "*/20 * * * * *     | 2026-11-21T11:35:00 | 2026-11-21T11:35:20 2026-11-21T11:35:40 2026-11-21T11:36",
                "5/20 30 * * * *    | 2026-11-21T11:35:00 | 2026-11-21T12:30:05 2026-11-21T12:30:25 2026-11-21T12:30:45 2026-11-21T13:30:05",
                "10-20/5 3 * * *    | 2026-11-21T03:10:00 | 2026-11-21T03:15 2026-11-21T03:20 2026-11-22T03:10",
                "0 22-1 * * *       | 2026-11-21T22:30:00 | 2026-11-21T23:00 2026-11-22T00:00 2026-11-22T01:00 2026-11-22T22:00",
                "@hourly            | 2026-11-21T11:34:11 | 2026-11-21T12:00 2026-11-21T13:00",
                "@daily             | 2026-11-21T11:34:11 | 2026-11-22T00:00 2026-11-23T00:00",
                "@weekly            | 2026-11-21T11:34:11 | 2026-11-22T00:00 2026-11-29T00:00",
                "@monthly           | 2026-11-21T11:34:11 | 2026-12-01T00:00 2027-01-01T00:00",
                "@Yearly            | 2026-11-21T11:34:11 | 2027-01-01T00:00 2028-01-01T00:00",
                "0 0 31 * *         | 2027-01-31T00:00:00 | 2027-03-31T00:00 2027-05-31T00:00",
                "0 0 29 2 *         | 2026-11-21T00:00:00 | 2028-02-29T00:00 2032-02-29T00:00",
                "0 0 29 FEB ?       | 2096-02-29T00:00:00 | 2104-02-29T00:00",
                "30 18 ? * FRIL     | 2026-11-21T00:00:00 | 2026-11-27T18:30 2026-12-25T18:30 2027-01-29T18:30",
                "0 0 * * MON#2      | 2026-11-21T00:00:00 | 2026-12-14T00:00 2027-01-11T00:00",
                "0 0 * * 5#5        | 2026-11-21T00:00:00 | 2027-01-29T00:00 2027-04-30T00:00",
                "0 0 L * *          | 2026-11-21T00:00:00 | 2026-11-30T00:00 2026-12-31T00:00 2027-01-31T00:00 2027-02-28T00:00",
                "0 0 L-2 * *        | 2026-11-21T00:00:00 | 2026-11-28T00:00 2026-12-29T00:00",
                "0 0 LW * *         | 2027-01-01T00:00:00 | 2027-01-29T00:00 2027-02-26T00:00 2027-03-31T00:00",
                "0 0 15W * *        | 2026-11-01T00:00:00 | 2026-11-16T00:00 2026-12-15T00:00 2027-01-15T00:00",
                "0 0 1W * *         | 2027-04-30T00:00:00 | 2027-05-03T00:00 2027-06-01T00:00",
                "0 0 31W * *        | 2027-01-01T00:00:00 | 2027-01-29T00:00 2027-03-31T00:00",
                "0 9 * JAN,jul Mon-Fri | 2026-11-21T00:00:00 | 2027-01-01T09:00 2027-01-04T09:00",
                "0 0 13 * FRI       | 2026-11-12T00:00:00 | 2026-11-13T00:00 2026-11-20T00:00 2026-11-27T00:00 2026-12-04T00:00 2026-12-11T00:00 2026-12-13T00:00",
                "0 0 * * SUN-TUE    | 2026-11-21T00:00:00 | 2026-11-22T00:00 2026-11-23T00:00 2026-11-24T00:00 2026-11-29T00:00",
                "0 0 * * FRI-MON/2  | 2026-11-21T00:00:00 | 2026-11-22T00:00 2026-11-27T00:00 2026-11-29T00:00",
                "0 0 * * L          | 2026-11-21T00:00:00 | 2026-11-28T00:00 2026-12-05T00:00",
            })
    void firesAtTheTimesThatItsFieldsSay(String schedule, String after, String expected) {
        assertThat(next(schedule, Weekdays.FROM_ZERO, UTC, after, expected.split(" ", -1).length))
                .isEqualTo(times(expected, UTC));
    }

    @ParameterizedTest
    @CsvSource({
        "0 0 * * 0, FROM_ZERO, 2026-11-22", // a Sunday
        "0 0 * * 7, FROM_ZERO, 2026-11-22",
        "0 0 * * 1, FROM_ZERO, 2026-11-23",
        "0 0 * * 6, FROM_ZERO, 2026-11-28",
        "0 0 * * 5-7, FROM_ZERO, 2026-11-22",
        "0 0 * * 1, FROM_ONE, 2026-11-22",
        "0 0 * * 2, FROM_ONE, 2026-11-23",
        "0 0 * * 7, FROM_ONE, 2026-11-28",
        "0 0 * * SUN, FROM_ONE, 2026-11-22",
        "0 0 * * TUE, FROM_ONE, 2026-11-24",
        "0 0 * * 6#1, FROM_ONE, 2026-12-04",
        "0 0 * * 6L, FROM_ONE, 2026-11-27",
    })
    void numbersDaysOfTheWeekAsWorkersOrAsDenoDo(String schedule, Weekdays weekdays, String day) {
        assertThat(next(schedule, weekdays, UTC, "2026-11-21T00:00:00", 1))
                .isEqualTo(times(day + "T00:00", UTC));
    }

    @ParameterizedTest
    @CsvSource({"0", "8", "0-7"})
    void knowsNoDayZeroInDenosNumbers(String day) {
        assertThatThrownBy(() -> Schedule.parse("0 0 * * " + day, Weekdays.FROM_ONE))
                .hasMessageContaining("not in range [1, 7]");
    }

    /** The zone, the schedule, a moment before a jump, and what follows in UTC. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                // 02:00 → 03:00 on 29 March 2026, 03:00 → 02:00 on 25 October
                "Europe/Berlin | 30 2 * * *     | 2026-03-28T02:00Z | 2026-03-29T01:00Z 2026-03-30T00:30Z",
                "Europe/Berlin | */20 2 * * *   | 2026-03-28T02:00Z | 2026-03-29T01:00Z 2026-03-30T00:00Z 2026-03-30T00:20Z",
                "Europe/Berlin | 0 2,3 * * *    | 2026-03-28T03:00Z | 2026-03-29T01:00Z 2026-03-30T00:00Z 2026-03-30T01:00Z",
                "Europe/Berlin | 0 * * * *      | 2026-03-28T23:30Z | 2026-03-29T00:00Z 2026-03-29T01:00Z 2026-03-29T02:00Z",
                "Europe/Berlin | 30 * * * *     | 2026-03-28T23:30Z | 2026-03-29T00:30Z 2026-03-29T01:30Z",
                "Europe/Berlin | 30 2 * * *     | 2026-10-24T12:00Z | 2026-10-25T00:30Z 2026-10-26T01:30Z",
                "Europe/Berlin | 30 1-3 * * *   | 2026-10-24T12:00Z | 2026-10-24T23:30Z 2026-10-25T00:30Z 2026-10-25T02:30Z 2026-10-26T00:30Z",
                "Europe/Berlin | 30 * * * *     | 2026-10-24T23:30Z | 2026-10-25T00:30Z 2026-10-25T01:30Z 2026-10-25T02:30Z",
                "Europe/Berlin | 30 2 * * *     | 2026-10-25T00:45Z | 2026-10-26T01:30Z",
                // 02:00 → 03:00 on 8 March 2026, 02:00 → 01:00 on 1 November
                "America/New_York | 15 2 * * *  | 2026-03-07T12:00Z | 2026-03-08T07:00Z 2026-03-09T06:15Z",
                "America/New_York | 30 1 * * *  | 2026-10-31T12:00Z | 2026-11-01T05:30Z 2026-11-02T06:30Z",
                "America/New_York | 0 0 * * *   | 2026-10-31T12:00Z | 2026-11-01T04:00Z 2026-11-02T05:00Z",
                // 02:00 → 02:30 on 4 October 2026, 02:00 → 01:30 on 5 April
                "Australia/Lord_Howe | 15 2 * * *  | 2026-10-03T00:00Z | 2026-10-03T15:30Z 2026-10-04T15:15Z",
                "Australia/Lord_Howe | 45 2 * * *  | 2026-10-03T00:00Z | 2026-10-03T15:45Z 2026-10-04T15:45Z",
                "Australia/Lord_Howe | 45 1 * * *  | 2026-04-04T00:00Z | 2026-04-04T14:45Z 2026-04-05T15:15Z",
                "Australia/Lord_Howe | 45 * * * *  | 2026-04-04T14:00Z | 2026-04-04T14:45Z 2026-04-04T15:15Z 2026-04-04T16:15Z",
                "Australia/Lord_Howe | */30 * * * *| 2026-10-03T14:45Z | 2026-10-03T15:00Z 2026-10-03T15:30Z 2026-10-03T16:00Z",
                // 29 February, the last Friday and the 31st, where the day begins elsewhere
                "Asia/Kolkata   | 0 0 29 2 *    | 2026-11-21T00:00Z | 2028-02-28T18:30Z",
                "America/New_York | 0 17 * * FRIL | 2026-11-21T00:00Z | 2026-11-27T22:00Z 2026-12-25T22:00Z",
                "Europe/Berlin  | 0 0 31 * *    | 2026-11-21T00:00Z | 2026-12-30T23:00Z 2027-01-30T23:00Z 2027-03-30T22:00Z",
            })
    void goesByTheClockOnTheWallThroughJumps(
            String zone, String schedule, String after, String expected) {
        List<Instant> times = new ArrayList<>();
        for (String time : expected.split(" ", -1)) {
            times.add(Instant.parse(time.replace("Z", ":00Z")));
        }
        assertThat(
                        Schedule.parse(schedule, Weekdays.FROM_ZERO)
                                .next(
                                        Instant.parse(after.replace("Z", ":00Z")),
                                        ZoneId.of(zone),
                                        times.size()))
                .isEqualTo(times);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0 0 30 2 *", "0 0 31 FEB,APR *", "0 0 31W 4 *", "", "* * * *", "* * * * * * *",
                "60 * * * *", "* 24 * * *", "* * 0 * *", "* * 32 * *", "* * * 13 *", "* * * * 8",
                "*/0 * * * *", "*/90 * * * *", "5/ * * * *", "1-2-3 * * * *", "1, * * * *",
                        "a * * * *",
                "* * * * MO", "* * * FEBRUARY *", "* * * * 5#6", "* * * * 5#0", "* * * * #2",
                        "@never",
                "* * W * *", "** * * * *", "-1 * * * *", "99999999999 * * * *", "\u0661 * * * *",
                        "+5 * * * *",
            })
    void refusesWhatIsNoScheduleOrNeverHappens(String schedule) {
        assertThatThrownBy(() -> Schedule.parse(schedule, Weekdays.FROM_ZERO))
                .isInstanceOfSatisfying(
                        EchelonException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION))
                .hasMessageStartingWith("\"" + schedule + "\" is not a schedule: ");
    }

    @Test
    void refusesALongOneWithoutRepeatingIt() {
        assertThatThrownBy(() -> Schedule.parse("1,".repeat(100_000), Weekdays.FROM_ZERO))
                .satisfies(e -> assertThat(e.getMessage()).hasSizeLessThan(200));
    }

    @Test
    void readsWhateverIsWrittenOrRefusesIt() {
        Random random = new Random(5);
        String signs = "0123456789*/,-?#LWMONFRI @";
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int field = 0; field < 5; field++) {
                for (int length = random.nextInt(1, 5); length > 0; length--) {
                    text.append(signs.charAt(random.nextInt(signs.length())));
                }
                text.append(' ');
            }
            try {
                Schedule schedule = Schedule.parse(text.toString(), Weekdays.FROM_ZERO);
                assertThat(schedule.next(Instant.EPOCH, UTC)).isNotNull();
            } catch (EchelonException refusal) {
                assertThat(refusal.code()).isEqualTo(ErrorCode.INVALID_CONFIGURATION);
            }
        }
    }

    @Test
    void findsEveryTimeThatGoingThroughTheSecondsFinds() {
        Random random = new Random(7);
        for (String text :
                List.of(
                        "*/7 3-20/5 2 * * *",
                        "13 59 1,2,3 * * *",
                        "0 */30 * * * *",
                        "50 29 * * * *")) {
            Schedule schedule = Schedule.parse(text, Weekdays.FROM_ZERO);
            Instant start = Instant.parse("2026-10-24T20:00:00Z");
            List<Instant> step = schedule.next(start, ZoneId.of("Europe/Berlin"), 300);
            for (int i = 0; i < 500; i++) {
                Instant from = start.plusMillis(random.nextInt(6 * 3_600_000));
                Instant expected =
                        step.stream().filter(time -> time.isAfter(from)).findFirst().orElseThrow();
                assertThat(schedule.next(from, ZoneId.of("Europe/Berlin"))).isEqualTo(expected);
            }
        }
    }

    private static List<Instant> next(
            String schedule, Weekdays weekdays, ZoneId zone, String after, int count) {
        return Schedule.parse(schedule, weekdays)
                .next(LocalDateTime.parse(after).atZone(zone).toInstant(), zone, count);
    }

    private static List<Instant> times(String local, ZoneId zone) {
        List<Instant> times = new ArrayList<>();
        for (String time : local.split(" ", -1)) {
            times.add(LocalDateTime.parse(time).atZone(zone).toInstant());
        }
        return times;
    }
}
