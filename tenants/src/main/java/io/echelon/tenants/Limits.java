package io.echelon.tenants;

/**
 * Every number that bounds what a tenant or a caller may do. An operator may change both columns.
 */
public final class Limits {
    private Limits() {}

    public static final int TENANT_NAME_MAX_CHARS = 20;
    public static final int APP_NAME_MAX_CHARS = 26;
    public static final int DATABASE_NAME_MAX_CHARS = 63;
    public static final int MEMBER_NAME_MAX_CHARS = 64;
    public static final int TOKEN_LABEL_MAX_CHARS = 64;

    public static final int DOMAINS_PER_APP_MAX = 100;
    public static final int CERTIFICATE_CHAIN_MAX = 8;
    public static final int CERTIFICATE_MAX_BYTES = 24 * 1024;
    public static final int MEMBERS_PER_TENANT_MAX = 200;
    public static final int TOKENS_PER_TENANT_MAX = 200;
    public static final int TOKEN_DAYS_DEFAULT = 90;
    public static final int TOKEN_DAYS_MAX = 366;
    public static final int SIGNED_TOKEN_SECONDS_DEFAULT = 600;
    public static final int SIGNED_TOKEN_SECONDS_MIN = 60;
    public static final int SIGNED_TOKEN_SECONDS_MAX = 3_600;

    public static final int CPU_MS_DEFAULT = 200;
    public static final int CPU_MS_MAX = 60_000;
    public static final int MEMORY_MB_DEFAULT = 128;
    public static final int MEMORY_MB_MIN = 16;
    public static final int MEMORY_MB_MAX = 1_024;
    public static final int WALL_MS_DEFAULT = 30_000;
    public static final int WALL_MS_MAX = 900_000;
    public static final int STARTUP_CPU_MS = 1_000;

    public static final int WARM_DEFAULT = 2;
    public static final int WARM_MAX = 100;

    public static final long REQUEST_BODY_MAX_BYTES = 100L * 1024 * 1024;
    public static final int URL_MAX_BYTES = 16 * 1024;
    public static final int HEADERS_MAX_BYTES = 64 * 1024;

    public static final long BUNDLE_MAX_BYTES = 50L * 1024 * 1024;
    public static final int BUNDLE_MAX_FILES = 10_000;
    public static final int BUNDLE_PATH_MAX_BYTES = 1_024;

    public static final int ENV_MAX_ENTRIES = 128;
    public static final int ENV_NAME_MAX_BYTES = 128;
    public static final int ENV_VALUE_MAX_BYTES = 16 * 1024;

    public static final int SUBREQUESTS_MAX = 1_000;
    public static final int OUTGOING_SOCKETS_MAX = 50;

    public static final int LOG_LINE_MAX_BYTES = 8 * 1024;
    public static final int LOG_LINES_PER_REQUEST_MAX = 10_000;

    public static final int CRONS_PER_APP_MAX = 100;
    public static final int CRON_NAME_MAX_CHARS = 64;
    public static final int CRON_SCHEDULE_MAX_CHARS = 128;
    public static final int CRON_JITTER_MS_MAX = 3_600_000;
    public static final int CRON_DEADLINE_MS_MAX = 24 * 3_600_000;
    public static final int CRON_RUNS_KEPT = 1_000;

    /** Producers, or consumers, of one function. */
    public static final int QUEUES_PER_APP_MAX = 20;

    public static final int QUEUE_BATCH_MAX = 100;
    public static final int QUEUE_BATCH_WAIT_MS_MAX = 60_000;
    public static final int QUEUE_CONCURRENCY_MAX = 250;
    public static final int QUEUE_RETRIES_MAX = 100;
    public static final int QUEUE_RETRY_DELAY_MS_MAX = 12 * 3_600_000;

    public static final int BACKOFF_STEPS_MAX = 5;
    public static final int BACKOFF_MS_MAX = 3_600_000;
}
