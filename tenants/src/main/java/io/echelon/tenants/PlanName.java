package io.echelon.tenants;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** The name of a plan, by the rules for tenants' names. */
public record PlanName(@JsonValue String value) {
    /** The plan of tenants that are given none. */
    public static final PlanName DEFAULT = new PlanName("default");

    @JsonCreator
    public PlanName {
        Names.check("Plan", value, Limits.TENANT_NAME_MAX_CHARS);
    }

    @Override
    public String toString() {
        return value;
    }
}
