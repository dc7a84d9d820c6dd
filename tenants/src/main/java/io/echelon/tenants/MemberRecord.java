package io.echelon.tenants;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A member of a tenant as the system database keeps it.
 *
 * @param mail by which it signs in through an outside provider; null is not at all
 * @param account of that provider that signed in first by that address, and alone may from then on;
 *     null is none yet
 */
public record MemberRecord(
        TenantName tenant,
        MemberName name,
        Role role,
        Instant addedAt,
        @Nullable MailAddress mail,
        @Nullable ProviderAccount account) {
    public MemberRecord {
        if (role == Role.OPERATOR) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT, "No member of a tenant is the platform's operator");
        }
        if (mail == null && account != null) {
            throw new IllegalArgumentException("An account belongs to an address");
        }
    }

    /** The same with another role. */
    public MemberRecord as(Role other) {
        return new MemberRecord(tenant, name, other, addedAt, mail, account);
    }

    /** The same, whom whoever shows an address first may sign in as; null is nobody. */
    public MemberRecord invitedBy(@Nullable MailAddress address) {
        return new MemberRecord(tenant, name, role, addedAt, address, null);
    }

    /** The same, as whom one account alone signs in. */
    public MemberRecord boundTo(ProviderAccount only) {
        return new MemberRecord(tenant, name, role, addedAt, mail, only);
    }
}
