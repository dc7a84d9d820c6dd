package io.echelon.edgeruntime;

import java.time.Duration;

/**
 * How long functions' logs are kept on a node; the first bound that is reached counts.
 *
 * @param days 1 to 3,650
 * @param appMegabytes of one app, in MiB, 8 to 1,048,576
 */
record LogRetention(int days, int appMegabytes) {
    static final LogRetention DEFAULT = new LogRetention(7, 64);

    private static final int DAYS_MAX = 3_650;

    /** Files are removed whole, and one is written to. */
    private static final int MEGABYTES_MIN = 8;

    private static final int MEGABYTES_MAX = 1_048_576;

    LogRetention {
        EdgeEnvironment.range("ECHELON_LOG_DAYS", days, 1, DAYS_MAX);
        EdgeEnvironment.range("ECHELON_LOG_APP_MB", appMegabytes, MEGABYTES_MIN, MEGABYTES_MAX);
    }

    Duration kept() {
        return Duration.ofDays(days);
    }

    long appBytes() {
        return appMegabytes * 1024L * 1024;
    }
}
