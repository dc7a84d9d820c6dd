package io.echelon.edgeruntime;

import java.time.Duration;

/**
 * How long a caller may hold a public connection without using it.
 *
 * @param idle from one request's end to the beginning of the next
 * @param head from a request's first byte, or the connection's beginning, to the end of its head
 * @param sweep how often connections are looked at, which is by how much they may be late
 */
record ConnectionLimits(Duration idle, Duration head, Duration sweep) {
    static final ConnectionLimits DEFAULT =
            new ConnectionLimits(
                    Duration.ofSeconds(75), Duration.ofSeconds(15), Duration.ofSeconds(1));
}
