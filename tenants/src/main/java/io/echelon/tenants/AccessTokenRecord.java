package io.echelon.tenants;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A {@link BearerToken} for the API as the system database keeps it, without its secret. It never
 * changes; the row's removal revokes it.
 *
 * @param label what it is for, in its maker's words
 * @param member who signs in with it, as whatever that member is at the time; null is a service
 * @param app the only app that a service may touch; null is all of the tenant
 * @param rights what a service may do; empty for a member
 * @param sha256 of the token's text, in hexadecimal digits
 * @param createdBy who made it
 * @param expiresAt from when on it opens nothing
 */
public record AccessTokenRecord(
        String id,
        TenantName tenant,
        String label,
        @Nullable MemberName member,
        @Nullable AppName app,
        List<Right> rights,
        String sha256,
        String createdBy,
        Instant createdAt,
        Instant expiresAt) {
    public AccessTokenRecord {
        rights = List.copyOf(rights);
    }
}
