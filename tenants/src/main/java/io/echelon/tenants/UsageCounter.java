package io.echelon.tenants;

/** What is counted of an app's calls, besides how many there were of each {@link Outcome}. */
public enum UsageCounter {
    /** CPU time of calls. */
    CPU_NANOS("cpuNanos"),
    /** The memory quota of an isolate, in MiB, times the microseconds for which a call had one. */
    MEMORY_MB_MICROS("memoryMbMicros"),
    /** From a call to its end. */
    WALL_MICROS("wallMicros"),
    /** Bodies of responses, and of outgoing requests. */
    EGRESS_BYTES("egressBytes"),
    /** Bodies of requests, and of responses to outgoing requests. */
    INGRESS_BYTES("ingressBytes"),
    /** Calls that waited for their isolate to be made. */
    COLD_STARTS("coldStarts"),
    /** Outgoing requests. */
    SUBREQUESTS("subrequests"),
    /** Keys and ranges that were read from databases. */
    KV_READS("kvReads"),
    /** Changes and messages that were sent to databases. */
    KV_WRITES("kvWrites"),
    /** What databases held, in KiB, times the seconds for which they did; of whole tenants. */
    KV_KIB_SECONDS("kvKibSeconds"),
    /** Calls that were attempts to run a cron. */
    CRON_RUNS("cronRuns"),
    /** Messages of queues that calls were made for. */
    QUEUE_MESSAGES("queueMessages"),
    /** Requests that were answered with a file, without an isolate. */
    ASSETS("assets");

    private final String wireName;

    UsageCounter(String wireName) {
        this.wireName = wireName;
    }

    /** The name in rows. */
    public String wireName() {
        return wireName;
    }
}
