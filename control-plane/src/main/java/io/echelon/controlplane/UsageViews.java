package io.echelon.controlplane;

import io.echelon.tenants.Outcome;
import io.echelon.tenants.UsageCounter;
import io.echelon.tenants.UsageCounts;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the routes of usage answer. */
public final class UsageViews {
    private static final double NANOS_IN_MS = 1_000_000;
    private static final double MB_MICROS_IN_GB_MS = 1_024 * 1_000;
    private static final double KIB_SECONDS_IN_GB_HOUR = 1_024.0 * 1_024 * 3_600;

    private UsageViews() {}

    /**
     * What was used in a step, or in a whole range.
     *
     * @param time when it began
     * @param requests calls and requests of every outcome, those of crons and queues among them
     * @param outcomes how many ended in which way
     * @param cpuMs CPU time
     * @param gbMs memory quota in GiB, times the milliseconds for which calls had an isolate
     * @param wallMs from calls to their ends
     * @param egressBytes bodies of responses, and of outgoing requests
     * @param ingressBytes bodies of requests, and of responses to outgoing requests
     * @param coldStarts calls that waited for an isolate to be made
     * @param kvReads keys and ranges read from databases
     * @param kvWrites changes and messages sent to databases
     * @param kvGbHours what databases held in GiB, times the hours for which they did; of whole
     *     tenants, 0 of apps
     * @param cronRuns how many of the requests were runs of crons
     * @param queueMessages for how many messages of queues requests were made
     * @param assets how many of the requests were answered with a file
     * @param p50Ms the time that half of the calls did not exceed; 0 when none was measured
     */
    public record Point(
            Instant time,
            long requests,
            Map<String, Long> outcomes,
            double cpuMs,
            double gbMs,
            double wallMs,
            long egressBytes,
            long ingressBytes,
            long coldStarts,
            long subrequests,
            long kvReads,
            long kvWrites,
            double kvGbHours,
            long cronRuns,
            long queueMessages,
            long assets,
            double p50Ms,
            double p90Ms,
            double p99Ms) {
        static Point of(Instant time, UsageCounts counts) {
            Map<String, Long> outcomes = new LinkedHashMap<>();
            for (Outcome outcome : Outcome.values()) {
                outcomes.put(outcome.wireName(), counts.get(outcome));
            }
            return new Point(
                    time,
                    counts.requests(),
                    outcomes,
                    rounded(counts.get(UsageCounter.CPU_NANOS) / NANOS_IN_MS),
                    rounded(counts.get(UsageCounter.MEMORY_MB_MICROS) / MB_MICROS_IN_GB_MS),
                    rounded(counts.get(UsageCounter.WALL_MICROS) / 1_000.0),
                    counts.get(UsageCounter.EGRESS_BYTES),
                    counts.get(UsageCounter.INGRESS_BYTES),
                    counts.get(UsageCounter.COLD_STARTS),
                    counts.get(UsageCounter.SUBREQUESTS),
                    counts.get(UsageCounter.KV_READS),
                    counts.get(UsageCounter.KV_WRITES),
                    Math.round(
                                    counts.get(UsageCounter.KV_KIB_SECONDS)
                                            / KIB_SECONDS_IN_GB_HOUR
                                            * 1_000_000)
                            / 1_000_000.0,
                    counts.get(UsageCounter.CRON_RUNS),
                    counts.get(UsageCounter.QUEUE_MESSAGES),
                    counts.get(UsageCounter.ASSETS),
                    rounded(counts.percentileMs(0.5)),
                    rounded(counts.percentileMs(0.9)),
                    rounded(counts.percentileMs(0.99)));
        }

        private static double rounded(double value) {
            return Math.round(value * 1_000) / 1_000.0;
        }
    }

    /**
     * One app's usage.
     *
     * @param total of all points
     */
    public record Series(String app, List<Point> points, Point total) {}

    /**
     * Usage over time.
     *
     * @param from when the first step began
     * @param to when the last step ends
     * @param step minute, hour or day
     * @param points every step, oldest first
     * @param total of all points
     * @param series the same by app, when that was asked for; apps without usage are left out
     * @param cursor where the next page of series begins; null when there is none
     */
    public record Usage(
            Instant from,
            Instant to,
            String step,
            List<Point> points,
            Point total,
            @Nullable List<Series> series,
            @Nullable String cursor) {}
}
