package io.echelon.deploycli;

import io.echelon.tenants.ErrorCode;

/** What the shell is told about how a command ended. */
enum ExitCode {
    DONE(0),
    FAILED(1),
    WRONG_USAGE(2),
    NOT_ALLOWED(3),
    NOT_FOUND(4),
    OVER_LIMIT(5),
    UNREACHABLE(6);

    private final int number;

    ExitCode(int number) {
        this.number = number;
    }

    int number() {
        return number;
    }

    /** How a command ends that the platform, or a record, refused. */
    static ExitCode of(ErrorCode code) {
        return switch (code) {
            case INVALID_ARGUMENT -> WRONG_USAGE;
            case UNAUTHENTICATED, PERMISSION_DENIED -> NOT_ALLOWED;
            case NOT_FOUND -> NOT_FOUND;
            case PAYLOAD_TOO_LARGE,
                    URI_TOO_LONG,
                    HEADERS_TOO_LARGE,
                    OVER_QUOTA,
                    OVERLOADED,
                    STORAGE_FULL,
                    EXCEEDED_CPU,
                    EXCEEDED_MEMORY,
                    EXCEEDED_WALL_TIME ->
                    OVER_LIMIT;
            case UNAVAILABLE -> UNREACHABLE;
            case INVALID_CONFIGURATION,
                    INVALID_BUNDLE,
                    HASH_MISMATCH,
                    METHOD_NOT_ALLOWED,
                    CONFLICT,
                    UNSUPPORTED_MEDIA_TYPE,
                    DEPLOYMENT_FAILED,
                    EXCEPTION,
                    HUNG,
                    INTERNAL,
                    STARTUP_FAILED ->
                    FAILED;
        };
    }
}
