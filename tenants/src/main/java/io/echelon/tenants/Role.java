package io.echelon.tenants;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/**
 * What somebody is to a tenant, from the least to the most; each may do all that those before may.
 */
public enum Role {
    /** Sees what is deployed, and its logs. */
    @JsonProperty("viewer")
    VIEWER,
    /** Deploys, configures and reads and writes databases. */
    @JsonProperty("developer")
    DEVELOPER,
    /** Deletes, and lets others in. */
    @JsonProperty("admin")
    ADMIN,
    /** Decides who is admin or owner. */
    @JsonProperty("owner")
    OWNER,
    /** Runs the platform: everything in every tenant. No member has this role. */
    @JsonProperty("operator")
    OPERATOR;

    /** The name in the API and on the command line. */
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The role of a member by its name; refuses what is not one. */
    public static Role ofMember(String name) {
        return Arrays.stream(values())
                .filter(role -> role != OPERATOR && role.wireName().equals(name))
                .findFirst()
                .orElseThrow(
                        () ->
                                new EchelonException(
                                        ErrorCode.INVALID_ARGUMENT,
                                        "\"%s\" is not a member's role; it must be viewer, developer, admin or owner"
                                                .formatted(Names.abbreviated(name))));
    }

    /** All that the role may do. */
    public Set<Right> rights() {
        Set<Right> rights = EnumSet.noneOf(Right.class);
        for (Right right : Right.values()) {
            if (right.least().compareTo(this) <= 0) {
                rights.add(right);
            }
        }
        return rights;
    }
}
