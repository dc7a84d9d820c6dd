package io.echelon.isolatepool;

import io.echelon.tenants.RevisionId;

/**
 * What a pool holds of one revision.
 *
 * @param idle isolates standing warm
 * @param busy isolates serving calls
 * @param waiting calls waiting for an isolate
 */
public record RevisionStatistics(RevisionId revision, int idle, int busy, int waiting) {}
