package io.echelon.cron;

/** How a schedule numbers the days of the week; names mean the same in both. */
public enum Weekdays {
    /** 0 and 7 are Sunday, 1 is Monday: POSIX and Cloudflare Workers, and so {@code edge.json}. */
    FROM_ZERO(0),
    /** 1 is Sunday, 7 is Saturday: Deno's code, and so {@code Deno.cron}. */
    FROM_ONE(1);

    private final int sunday;

    Weekdays(int sunday) {
        this.sunday = sunday;
    }

    /** The least number, a Sunday in both. */
    int min() {
        return sunday;
    }

    /** How many days after Sunday a number is, 0 to 6. */
    int afterSunday(int number) {
        return (number - sunday) % 7;
    }
}
