package io.echelon.kvstore;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;

/** Refusals of calls that break a limit of {@link KvLimits} or are malformed. */
final class Refusals {
    private Refusals() {}

    static EchelonException invalid(String message) {
        return new EchelonException(ErrorCode.INVALID_ARGUMENT, message);
    }

    static void atMost(String what, long actual, long max) {
        if (actual > max) {
            throw invalid("%s is %,d; at most %,d are allowed".formatted(what, actual, max));
        }
    }

    static void size(String what, long bytes, long maxBytes) {
        if (bytes > maxBytes) {
            throw new EchelonException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "%s is %,d bytes; at most %,d are allowed".formatted(what, bytes, maxBytes));
        }
    }
}
