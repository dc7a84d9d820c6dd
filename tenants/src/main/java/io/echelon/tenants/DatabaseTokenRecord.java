package io.echelon.tenants;

import java.time.Instant;

/**
 * A {@link BearerToken} as the system database keeps it, without its secret. The row's removal
 * revokes it.
 *
 * @param sha256 of the token's text, in hexadecimal digits
 */
public record DatabaseTokenRecord(
        String id, DatabaseRef database, Access access, String sha256, Instant createdAt) {

    /** What a token's bearer may do with the database. */
    public enum Access {
        READ,
        READ_WRITE
    }
}
