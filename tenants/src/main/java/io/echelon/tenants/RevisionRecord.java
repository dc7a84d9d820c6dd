package io.echelon.tenants;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A revision as the system database keeps it: an immutable manifest and how its deployment went.
 *
 * @param detail why it failed, or null
 */
public record RevisionRecord(
        RevisionId id, Manifest manifest, Instant createdAt, State state, @Nullable String detail) {

    /** How far a revision's deployment has come. */
    public enum State {
        /** Nodes are fetching and warming it. */
        DEPLOYING,
        /** Every live node has it warm. */
        READY,
        /** A node could not start it; it serves nothing. */
        FAILED
    }

    public RevisionRecord with(State newState, @Nullable String newDetail) {
        return new RevisionRecord(id, manifest, createdAt, newState, newDetail);
    }
}
