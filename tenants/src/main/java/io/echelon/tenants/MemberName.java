package io.echelon.tenants;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.regex.Pattern;

/**
 * A member's name within a tenant, such as {@code ada} or {@code ada@example.com}: {@code
 * [a-z0-9][a-z0-9._@+-]*}, at most {@link Limits#MEMBER_NAME_MAX_CHARS} characters.
 */
public record MemberName(@JsonValue String value) implements Comparable<MemberName> {
    private static final Pattern ALLOWED = Pattern.compile("[a-z0-9][a-z0-9._@+-]*");

    @JsonCreator
    public MemberName {
        Names.check(
                "Member", value, Limits.MEMBER_NAME_MAX_CHARS, ALLOWED, "a-z, 0-9 and . _ @ + -");
    }

    @Override
    public int compareTo(MemberName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
