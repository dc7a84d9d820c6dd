package io.echelon.tenants;

import java.time.Instant;

/**
 * What is kept of a token by which nodes of other machines join; the token itself is told once.
 *
 * @param id by which it is known, no secret
 * @param sha256 of the token, in hexadecimal digits
 * @param uses how many nodes may still join by it
 * @param createdBy as in {@link AuditRecord#actor}
 */
public record NodeTokenRecord(
        String id,
        String sha256,
        int uses,
        String createdBy,
        Instant createdAt,
        Instant expiresAt) {
    /** The same after one more node has joined by it. */
    public NodeTokenRecord used() {
        return new NodeTokenRecord(id, sha256, uses - 1, createdBy, createdAt, expiresAt);
    }
}
