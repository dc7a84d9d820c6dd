package io.echelon.tenants;

/**
 * How a node does, as it says itself every few seconds.
 *
 * @param idle isolates that stand warm
 * @param busy isolates that serve calls
 * @param waiting calls that wait for an isolate
 * @param revisions how many revisions isolates are kept of
 * @param heapUsedBytes of the node's process, what may be collected included
 * @param heapMaxBytes the most that its heap may take
 */
public record NodeVitals(
        int idle, int busy, int waiting, int revisions, long heapUsedBytes, long heapMaxBytes) {}
