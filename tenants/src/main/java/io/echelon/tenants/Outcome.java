package io.echelon.tenants;

import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * How a call of a function ended, as the header {@code x-echelon-outcome} and the metrics have it.
 */
public enum Outcome {
    OK("ok", null),
    EXCEPTION("exception", ErrorCode.EXCEPTION),
    EXCEEDED_CPU("exceededCpu", ErrorCode.EXCEEDED_CPU),
    EXCEEDED_MEMORY("exceededMemory", ErrorCode.EXCEEDED_MEMORY),
    EXCEEDED_WALL_TIME("exceededWallTime", ErrorCode.EXCEEDED_WALL_TIME),
    STARTUP_FAILED("startupFailed", ErrorCode.STARTUP_FAILED),
    HUNG("hung", ErrorCode.HUNG),
    OVER_QUOTA("overQuota", ErrorCode.OVER_QUOTA),
    OVERLOADED("overloaded", ErrorCode.OVERLOADED),
    NOT_FOUND("notFound", ErrorCode.NOT_FOUND),
    CANCELED("canceled", null),
    /** The platform's own fault; the log has the cause under the request's id. */
    INTERNAL("internal", ErrorCode.INTERNAL);

    private final String wireName;
    private final @Nullable ErrorCode errorCode;

    Outcome(String wireName, @Nullable ErrorCode errorCode) {
        this.wireName = wireName;
        this.errorCode = errorCode;
    }

    /** The one of a name in headers, logs and metrics; empty for others. */
    public static Optional<Outcome> named(String wireName) {
        return Arrays.stream(values())
                .filter(outcome -> outcome.wireName.equals(wireName))
                .findFirst();
    }

    /** The name in headers, logs and metrics. */
    public String wireName() {
        return wireName;
    }

    /**
     * What the caller is told; null when the function's own answer went out, or nobody is there to
     * be told.
     */
    public @Nullable ErrorCode errorCode() {
        return errorCode;
    }
}
