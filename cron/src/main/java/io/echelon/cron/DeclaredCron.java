package io.echelon.cron;

import io.echelon.tenants.CronSpec;

/**
 * A cron as a revision names it.
 *
 * @param weekdays how its schedule numbers the days of the week
 */
public record DeclaredCron(CronSpec spec, Weekdays weekdays) {
    /** One that {@code edge.json} names. */
    public static DeclaredCron configured(CronSpec spec) {
        return new DeclaredCron(spec, Weekdays.FROM_ZERO);
    }

    /** One that {@code Deno.cron} names. */
    public static DeclaredCron registered(CronSpec spec) {
        return new DeclaredCron(spec, Weekdays.FROM_ONE);
    }
}
