package io.echelon.kvstore;

/** Every number that bounds a call of the store; the same as Deno KV's where Deno has one. */
public final class KvLimits {
    private KvLimits() {}

    /** Encoded size of a key that is written. */
    public static final int KEY_MAX_BYTES = 2_048;

    /** Encoded size of a bound of a range that is read: a key and the byte after it. */
    public static final int READ_KEY_MAX_BYTES = KEY_MAX_BYTES + 1;

    public static final int VALUE_MAX_BYTES = 65_536;

    public static final int CHECKS_MAX = 100;

    /** Mutations and queue messages of one commit together. */
    public static final int MUTATIONS_MAX = 1_000;

    /** Keys and values of one commit together. */
    public static final int COMMIT_MAX_BYTES = 819_200;

    /** Keys of one get, or ranges of one read. */
    public static final int READ_RANGES_MAX = 10;

    /** Entries of one read, all its ranges together. */
    public static final int READ_ENTRIES_MAX = 1_000;

    public static final int LIST_BATCH_DEFAULT = 100;
    public static final int WATCHED_KEYS_MAX = 10;

    public static final int QUEUE_DELAY_MAX_DAYS = 30;
    public static final int QUEUE_BACKOFF_STEPS_MAX = 5;
    public static final int QUEUE_BACKOFF_MAX_MS = 3_600_000;
    public static final int QUEUE_UNDELIVERED_KEYS_MAX = 10;

    public static final int DATABASE_NAME_MAX_CHARS = 128;

    /** Size of a blob: that of the largest bundle. */
    public static final long BLOB_MAX_BYTES = 50L * 1024 * 1024;

    /** Hashes that one question about missing blobs may name. */
    public static final int BLOB_HASHES_MAX = 10_000;

    /** What a function may call a cache. */
    public static final int CACHE_NAME_MAX_CHARS = 256;

    /** A response with its head. */
    public static final int CACHE_ENTRY_MAX_BYTES = 8 * 1024 * 1024;
}
