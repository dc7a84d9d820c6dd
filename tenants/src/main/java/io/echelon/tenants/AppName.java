package io.echelon.tenants;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/**
 * An app's name within its tenant: {@code [a-z0-9]([a-z0-9-]*[a-z0-9])?}, no {@code --}, at most 26
 * characters.
 */
public record AppName(@JsonValue String value) implements Comparable<AppName> {
    @JsonCreator
    public AppName {
        Names.check("App", value, Limits.APP_NAME_MAX_CHARS);
    }

    @Override
    public int compareTo(AppName other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
