package io.echelon.isolatepool;

import io.echelon.tenants.RevisionId;

/**
 * What a pool holds of one revision.
 *
 * @param idle isolates standing warm
 * @param busy isolates serving calls
 * @param waiting calls waiting for an isolate
 * @param isReady whether a call would be served without an isolate being made for it first
 * @param startNanos how long it takes to make one, 0 or more: as it went of late, the quickest
 *     counting most; 0 where calls wait for none
 */
public record RevisionStatistics(
        RevisionId revision, int idle, int busy, int waiting, boolean isReady, long startNanos) {}
