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

        /** Ready, and on this node the app's own address leads to it. */
        SERVING,
        FAILED;

        /** Whether the node can answer with the revision. */
        public boolean isReady() {
            return this == READY || this == SERVING;
        }
    }

    /** The same once the app's own address leads to it; the time stays that of getting ready. */
    public ReadinessRecord serving() {
        return new ReadinessRecord(revision, node, State.SERVING, detail, elapsedMs);
    }
}
