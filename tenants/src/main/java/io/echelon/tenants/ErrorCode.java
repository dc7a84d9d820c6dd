package io.echelon.tenants;

/**
 * Every reason for which the platform refuses or fails, with whose fault it is and its HTTP status.
 */
public enum ErrorCode {
    INVALID_ARGUMENT(Category.CALLER, 400),
    INVALID_CONFIGURATION(Category.CALLER, 400),
    INVALID_BUNDLE(Category.CALLER, 400),
    HASH_MISMATCH(Category.CALLER, 400),
    UNAUTHENTICATED(Category.CALLER, 401),
    PERMISSION_DENIED(Category.CALLER, 403),
    NOT_FOUND(Category.CALLER, 404),
    METHOD_NOT_ALLOWED(Category.CALLER, 405),
    CONFLICT(Category.CALLER, 409),
    PAYLOAD_TOO_LARGE(Category.CALLER, 413),
    URI_TOO_LONG(Category.CALLER, 414),
    UNSUPPORTED_MEDIA_TYPE(Category.CALLER, 415),
    DEPLOYMENT_FAILED(Category.CALLER, 422),
    OVER_QUOTA(Category.EXHAUSTED, 429),
    HEADERS_TOO_LARGE(Category.CALLER, 431),
    EXCEPTION(Category.CALLER, 500),
    HUNG(Category.CALLER, 500),
    INTERNAL(Category.OURS, 500),
    STARTUP_FAILED(Category.CALLER, 502),
    EXCEEDED_CPU(Category.EXHAUSTED, 503),
    EXCEEDED_MEMORY(Category.EXHAUSTED, 503),
    OVERLOADED(Category.EXHAUSTED, 503),
    UNAVAILABLE(Category.OURS, 503),
    EXCEEDED_WALL_TIME(Category.EXHAUSTED, 504),
    STORAGE_FULL(Category.OURS, 507);

    /** Whose fault an error is. */
    public enum Category {
        /** The caller's: the same call will fail again. */
        CALLER,
        /** The platform's: the caller may try again. */
        OURS,
        /** A limit was reached: waiting, or a higher limit, helps. */
        EXHAUSTED
    }

    private final Category category;
    private final int status;

    ErrorCode(Category category, int status) {
        this.category = category;
        this.status = status;
    }

    public Category category() {
        return category;
    }

    /** HTTP status, 400 to 599. */
    public int status() {
        return status;
    }
}
