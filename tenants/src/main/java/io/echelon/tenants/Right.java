package io.echelon.tenants;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Arrays;
import java.util.List;

/** What may be done, the unit of which roles and service tokens consist. */
public enum Right {
    /** Where the platform's addresses are, which version it is, and who is asking. */
    @JsonProperty("platform:read")
    PLATFORM_READ("platform:read", Role.VIEWER),
    /** Apps, revisions, and how their deployments went. */
    @JsonProperty("apps:read")
    APPS_READ("apps:read", Role.VIEWER),
    /** What apps logged. */
    @JsonProperty("logs:read")
    LOGS_READ("logs:read", Role.VIEWER),
    /** What apps used, and how much of the quotas that is. */
    @JsonProperty("usage:read")
    USAGE_READ("usage:read", Role.VIEWER),
    /** Who is a member, as what. */
    @JsonProperty("members:read")
    MEMBERS_READ("members:read", Role.VIEWER),
    /** Upload, deploy, promote, roll back. */
    @JsonProperty("apps:deploy")
    APPS_DEPLOY("apps:deploy", Role.DEVELOPER),
    /** Variables of apps, and the names of their secrets. */
    @JsonProperty("env:read")
    ENV_READ("env:read", Role.DEVELOPER),
    /** Variables of apps, to set and to unset. */
    @JsonProperty("env:write")
    ENV_WRITE("env:write", Role.DEVELOPER),
    /** Secrets of apps, to set and to unset. */
    @JsonProperty("secrets:write")
    SECRETS_WRITE("secrets:write", Role.DEVELOPER),
    /** Entries of databases. */
    @JsonProperty("kv:read")
    KV_READ("kv:read", Role.DEVELOPER),
    /** Entries of databases, to change and to delete one by one. */
    @JsonProperty("kv:write")
    KV_WRITE("kv:write", Role.DEVELOPER),
    /** Hosts of apps' own. */
    @JsonProperty("domains:read")
    DOMAINS_READ("domains:read", Role.VIEWER),
    /** Hosts of apps' own, to add, to verify and to remove, and their certificates. */
    @JsonProperty("domains:write")
    DOMAINS_WRITE("domains:write", Role.DEVELOPER),
    /** Delete apps. */
    @JsonProperty("apps:delete")
    APPS_DELETE("apps:delete", Role.ADMIN),
    /** Delete all that a database holds. */
    @JsonProperty("kv:delete")
    KV_DELETE("kv:delete", Role.ADMIN),
    /** Tokens that open databases from outside, which outlive whoever made them. */
    @JsonProperty("kv:tokens")
    KV_TOKENS("kv:tokens", Role.ADMIN),
    /** Let members in, change their roles, and remove them. */
    @JsonProperty("members:write")
    MEMBERS_WRITE("members:write", Role.ADMIN),
    /** Make, list and revoke tokens of members and services. */
    @JsonProperty("tokens:write")
    TOKENS_WRITE("tokens:write", Role.ADMIN),
    /** Who changed what. */
    @JsonProperty("audit:read")
    AUDIT_READ("audit:read", Role.ADMIN),
    /** Stand above admins: who has this may make owners. */
    @JsonProperty("tenant:own")
    TENANT_OWN("tenant:own", Role.OWNER),
    /** Make and delete tenants, see nodes and metrics. */
    @JsonProperty("platform:operate")
    PLATFORM_OPERATE("platform:operate", Role.OPERATOR);

    private final String wireName;
    private final Role least;

    Right(String wireName, Role least) {
        this.wireName = wireName;
        this.least = least;
    }

    /** The name in the API and on the command line. */
    public String wireName() {
        return wireName;
    }

    /** The least of the roles that have it. */
    public Role least() {
        return least;
    }

    /** The right of a name; refuses what is not one. */
    public static Right of(String name) {
        List<String> known = Arrays.stream(values()).map(Right::wireName).toList();
        int found = known.indexOf(name);
        if (found < 0) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT,
                    "\"%s\" is not a right; did you mean \"%s\"?"
                            .formatted(
                                    Names.abbreviated(name),
                                    NearestName.of(Names.abbreviated(name), known)));
        }
        return values()[found];
    }
}
