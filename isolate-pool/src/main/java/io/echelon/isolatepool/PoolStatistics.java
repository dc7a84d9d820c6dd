package io.echelon.isolatepool;

/**
 * What a pool holds.
 *
 * @param idle isolates standing warm
 * @param busy isolates serving calls
 * @param waiting calls waiting for an isolate
 * @param created isolates made since the start
 * @param killed isolates ended for a broken quota since the start
 * @param heapUsedBytes of the whole process
 * @param heapMaxBytes of the whole process
 */
public record PoolStatistics(
        int idle,
        int busy,
        int waiting,
        long created,
        long killed,
        long heapUsedBytes,
        long heapMaxBytes) {}
