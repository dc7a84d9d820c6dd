package io.echelon.tenants;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A tenant's name: {@code [a-z0-9]([a-z0-9-]*[a-z0-9])?}, no {@code --}, at most 20 characters, and
 * not of the form {@code v1}, which host names keep for revisions.
 */
public record TenantName(@JsonValue String value) implements Comparable<TenantName> {
    /** The tenant whose apps have no tenant in their host names. */
    public static final TenantName DEFAULT = new TenantName("default");

    @JsonCreator
    public TenantName {
        Names.check("Tenant", value, Limits.TENANT_NAME_MAX_CHARS);
        if (RevisionId.isRevisionLabel(value)) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT,
                    "Tenant name \"%s\" looks like a revision; choose one that is not v and digits"
                            .formatted(value));
        }
    }

    @Override
    public int compareTo(TenantName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
