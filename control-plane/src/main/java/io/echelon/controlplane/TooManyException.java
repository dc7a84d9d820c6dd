package io.echelon.controlplane;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.time.Duration;

/** The refusal of what somebody does too often. */
final class TooManyException extends EchelonException {
    private static final long serialVersionUID = 1L;

    private final Duration wait;

    TooManyException(String message, Duration wait) {
        super(ErrorCode.OVER_QUOTA, message);
        this.wait = wait;
    }

    /** Seconds for the header {@code Retry-After}, at least 1. */
    long seconds() {
        return seconds(wait);
    }

    /** A wait in whole seconds as {@code Retry-After} has it, at least 1. */
    static long seconds(Duration wait) {
        return Math.max(1, wait.plusNanos(999_999_999).toSeconds());
    }
}
