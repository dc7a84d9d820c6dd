package io.echelon.controlplane;

import java.time.Duration;
import java.util.Map;

/**
 * How long a caller may hold a connection without using it; {@link Environment} checks the
 * variables.
 *
 * @param idle from one answer's end to the beginning of the next request
 * @param head from a request's first byte, or the connection's beginning, to the end of its head
 * @param body after which a request's body must have come at {@link #BYTES_PER_SECOND} at least
 */
record ConnectionLimits(Duration idle, Duration head, Duration body) {
    /** What a body that takes longer must have come at. */
    static final int BYTES_PER_SECOND = 1_024;

    /** The limits in an environment that has been checked. */
    static ConnectionLimits of(Map<String, String> environment) {
        return new ConnectionLimits(
                seconds(environment, "ECHELON_IDLE_SECONDS", "75"),
                seconds(environment, "ECHELON_HEAD_SECONDS", "15"),
                seconds(environment, "ECHELON_BODY_SECONDS", "60"));
    }

    private static Duration seconds(
            Map<String, String> environment, String name, String otherwise) {
        return Duration.ofSeconds(Integer.parseInt(environment.getOrDefault(name, otherwise)));
    }
}
