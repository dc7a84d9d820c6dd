package io.echelon.tenants;

import org.jspecify.annotations.Nullable;

/**
 * How far one node has come with one revision.
 *
 * @param node the node's id
 * @param detail why it failed, or null
 * @param elapsedMs from seeing the revision to this state, in milliseconds
 */
public record ReadinessRecord(
        RevisionId revision, String node, State state, @Nullable String detail, long elapsedMs) {
    /** The steps on a node. */
    public enum State {
        FETCHING,
        WARMING,
        READY,
        FAILED
    }
}
