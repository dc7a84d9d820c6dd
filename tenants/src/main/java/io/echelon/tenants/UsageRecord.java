package io.echelon.tenants;

import java.util.List;
import java.util.Map;

/**
 * What one process of a node counted in one step of one revision, or of a whole tenant; {@link
 * UsageCounts} adds such rows up.
 *
 * @param counts by the wire names of {@link Outcome} and {@link UsageCounter}; what is zero is left
 *     out
 * @param latency calls by how long they took: buckets of {@link LatencyBuckets} and their counts in
 *     turn
 */
public record UsageRecord(Map<String, Long> counts, List<Long> latency) {
    public UsageRecord {
        counts = Map.copyOf(counts);
        latency = List.copyOf(latency);
    }
}
