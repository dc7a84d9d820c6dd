package io.echelon.tenants;

import java.util.Arrays;
import java.util.List;

/**
 * What bounds a tenant's share of the platform: by its plan, or as the operator decided for it
 * alone. Each is enforced where the thing happens; docs/quotas.md says where.
 */
public enum Quota {
    /** Requests let in, on all nodes together. */
    REQUESTS_PER_SECOND("requestsPerSecond", "requests/s", 200_000, 1, 100_000_000),
    /** Requests under way, on all nodes together. */
    CONCURRENT_REQUESTS("concurrentRequests", "requests", 10_000, 1, 10_000_000),
    /** CPU time of calls on one day of UTC, in seconds. */
    CPU_SECONDS_PER_DAY("cpuSecondsPerDay", "s", 10_000_000, 0, 1_000_000_000_000L),
    /**
     * Its part of a node's processors when tenants want more than there is: twice the weight is
     * twice the time.
     */
    WEIGHT("weight", "shares", 100, 1, 10_000),
    /** Bodies sent out on one day of UTC. */
    EGRESS_BYTES_PER_DAY(
            "egressBytesPerDay", "bytes", 100_000_000_000_000L, 0, 1_000_000_000_000_000L),
    /** Operations of databases, on all nodes together, as usage counts them. */
    KV_OPERATIONS_PER_SECOND("kvOperationsPerSecond", "operations/s", 1_000_000, 1, 1_000_000_000L),
    /** Keys, values and messages of all databases together, as the store counts them. */
    KV_BYTES("kvBytes", "bytes", 1_000_000_000_000L, 0, 1_000_000_000_000_000L),
    /** Databases besides those that apps have of their own. */
    DATABASES("databases", "databases", 500, 0, Quota.DATABASES_MAX),
    APPS("apps", "apps", 10_000, 0, 1_000_000),
    /** Crons that one app may have. */
    CRONS_PER_APP("cronsPerApp", "crons", Limits.CRONS_PER_APP_MAX, 0, Limits.CRONS_PER_APP_MAX),
    /** Crons that all apps of a tenant have together, of revisions in production. */
    CRONS("crons", "crons", 10_000, 0, 1_000_000),
    /** How often a certificate authority is asked for a tenant within an hour. */
    CERTIFICATE_ORDERS_PER_HOUR("certificateOrdersPerHour", "orders", 50, 0, AcmeOrders.MAX),
    /** Size of one revision's files. */
    BUNDLE_BYTES("bundleBytes", "bytes", Limits.BUNDLE_MAX_BYTES, 1, Limits.BUNDLE_MAX_BYTES);

    /** The most databases that a tenant can be let have; they are counted in one read. */
    public static final int DATABASES_MAX = 900;

    private final String wireName;
    private final String unit;
    private final long standard;
    private final long min;
    private final long max;

    Quota(String wireName, String unit, long standard, long min, long max) {
        this.wireName = wireName;
        this.unit = unit;
        this.standard = standard;
        this.min = min;
        this.max = max;
    }

    /** The name in the API and on the command line. */
    public String wireName() {
        return wireName;
    }

    /** In what it is measured. */
    public String unit() {
        return unit;
    }

    /** What it is where no plan says anything else. */
    public long standard() {
        return standard;
    }

    /** A limit that may be set; refuses others. */
    public long checked(long limit) {
        if (limit < min || limit > max) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT,
                    "Quota %s is %,d; it must be from %,d to %,d %s"
                            .formatted(wireName, limit, min, max, unit));
        }
        return limit;
    }

    /** The quota of a name; refuses what is not one. */
    public static Quota of(String name) {
        List<String> known = Arrays.stream(values()).map(Quota::wireName).toList();
        int found = known.indexOf(name);
        if (found < 0) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT,
                    "\"%s\" is not a quota; did you mean \"%s\"?"
                            .formatted(
                                    Names.abbreviated(name),
                                    NearestName.of(Names.abbreviated(name), known)));
        }
        return values()[found];
    }
}
