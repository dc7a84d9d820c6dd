package io.echelon.tenants;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What becomes of a cron's fires for which no node was there in time. */
public enum MissedFires {
    /** None is made up for. */
    @JsonProperty("skip")
    SKIP,
    /** The last one is run, for all of them. */
    @JsonProperty("one")
    ONE,
    /** Every one is run, a bounded number of the last. */
    @JsonProperty("all")
    ALL
}
