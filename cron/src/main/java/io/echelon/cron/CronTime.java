package io.echelon.cron;

import java.time.Instant;

/** The time, as a scheduler sees it; handed in so that a test can hold it. */
interface CronTime {
    /** The time of day, which other nodes may see differently and which may jump. */
    Instant now();

    /** A count that only grows, in nanoseconds; it means nothing to other nodes. */
    long nanos();

    /** The machine's. */
    static CronTime system() {
        return new CronTime() {
            @Override
            public Instant now() {
                return Instant.now();
            }

            @Override
            public long nanos() {
                return System.nanoTime();
            }
        };
    }
}
