package io.echelon.tenants;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What becomes of a cron's fire while an earlier one still runs, or waits for its next attempt. */
public enum CronOverlap {
    /** It is not run, and listed as skipped. */
    @JsonProperty("skip")
    SKIP,
    /** It waits until the earlier one has ended. */
    @JsonProperty("queue")
    QUEUE,
    /** It runs at the same time. */
    @JsonProperty("allow")
    ALLOW
}
