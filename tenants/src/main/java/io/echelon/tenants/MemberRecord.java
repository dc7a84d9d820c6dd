package io.echelon.tenants;

import java.time.Instant;

/** A member of a tenant as the system database keeps it. */
public record MemberRecord(TenantName tenant, MemberName name, Role role, Instant addedAt) {
    public MemberRecord {
        if (role == Role.OPERATOR) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT, "No member of a tenant is the platform's operator");
        }
    }
}
