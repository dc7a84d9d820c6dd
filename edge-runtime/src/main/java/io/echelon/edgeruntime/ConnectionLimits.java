package io.echelon.edgeruntime;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.time.Duration;

/**
 * What callers may hold of a public port without using it.
 *
 * @param idle from one request's end to the beginning of the next
 * @param head from a request's first byte, or the connection's beginning, to the end of its head
 * @param handshake from the connection's beginning to the end of TLS's handshake
 * @param body for each piece of a body that a function waits for, and for the whole of one that the
 *     platform takes in itself
 * @param sweep how often connections are looked at, which is by how much they may be late
 * @param connections how many the node has at once; beyond that an idle one makes room, see {@link
 *     OpenConnections}
 */
record ConnectionLimits(
        Duration idle,
        Duration head,
        Duration handshake,
        Duration body,
        Duration sweep,
        int connections) {
    ConnectionLimits {
        if (connections < 1) {
            throw new EchelonException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "A node's public connections are %,d at most; it must be at least 1"
                            .formatted(connections));
        }
    }

    static final ConnectionLimits DEFAULT =
            new ConnectionLimits(
                    Duration.ofSeconds(75),
                    Duration.ofSeconds(15),
                    Duration.ofSeconds(10),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(1),
                    OpenConnections.most());
}
