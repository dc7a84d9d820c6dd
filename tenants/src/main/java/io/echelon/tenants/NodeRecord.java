package io.echelon.tenants;

import java.net.URI;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An edge node that is alive; the row expires when its node stops renewing it.
 *
 * @param id unique in the platform, {@code [a-z0-9-]+}
 * @param http address callers reach in the clear
 * @param https address callers reach by TLS
 * @param internal address that the other parts of the platform reach
 * @param state whether it takes requests; rows of nodes that do not tell are of ones that do
 * @param cluster address that nodes of other machines reach, by mutual TLS; null when there is none
 * @param vitals how it does; null when it does not tell
 */
public record NodeRecord(
        String id,
        URI http,
        URI https,
        URI internal,
        Instant startedAt,
        String version,
        NodeState state,
        @Nullable URI cluster,
        @Nullable NodeVitals vitals) {
    @SuppressWarnings("ConstantValue") // rows that older nodes have written have none
    public NodeRecord {
        state = Objects.requireNonNullElse(state, NodeState.READY);
    }

    /** One that takes requests, and that no other machine reaches. */
    public NodeRecord(
            String id, URI http, URI https, URI internal, Instant startedAt, String version) {
        this(id, http, https, internal, startedAt, version, NodeState.READY, null, null);
    }

    /** The same node, reached by other machines. */
    public NodeRecord at(@Nullable URI newCluster) {
        return new NodeRecord(
                id, http, https, internal, startedAt, version, state, newCluster, vitals);
    }

    /** Whether it joined from another machine, where only other machines' way leads to it. */
    public boolean hasJoined() {
        return internal.equals(cluster);
    }

    /** The same node in another state. */
    public NodeRecord in(NodeState now) {
        return new NodeRecord(id, http, https, internal, startedAt, version, now, cluster, vitals);
    }

    /** The same node, with how it does. */
    public NodeRecord with(NodeVitals now) {
        return new NodeRecord(id, http, https, internal, startedAt, version, state, cluster, now);
    }
}
