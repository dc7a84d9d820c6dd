package io.echelon.tenants;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A revision as the system database keeps it: what was deployed and how its deployment went.
 *
 * @param manifest hash of the blob that holds its {@link Manifest} as JSON; a row has no room for
 *     thousands of files
 * @param files how many files the manifest names
 * @param bytes size of these files together
 * @param kind what becomes of the route when it is ready
 * @param detail why it failed, or null
 * @param settings hash of the blob that holds its variables and secrets ({@link SettingsSnapshot});
 *     null when it has none besides those of the manifest
 * @param note what made it, when that was not a deployment; or null
 */
public record RevisionRecord(
        RevisionId id,
        String manifest,
        int files,
        long bytes,
        Kind kind,
        Instant createdAt,
        State state,
        @Nullable String detail,
        @Nullable String settings,
        @Nullable String note) {

    /** Where a revision goes once it is ready. */
    public enum Kind {
        /** The app's own address leads to it. */
        PRODUCTION,
        /** It has its own address only, until it is promoted. */
        PREVIEW
    }

    /** How far a revision's deployment has come. */
    public enum State {
        /** Nodes are fetching and warming it. */
        DEPLOYING,
        /** Every live node has it warm. */
        READY,
        /** A node could not start it; it serves nothing. */
        FAILED
    }

    /** A revision of a deployment, without settings. */
    public RevisionRecord(
            RevisionId id,
            String manifest,
            int files,
            long bytes,
            Kind kind,
            Instant createdAt,
            State state,
            @Nullable String detail) {
        this(id, manifest, files, bytes, kind, createdAt, state, detail, null, null);
    }

    public RevisionRecord with(State newState, @Nullable String newDetail) {
        return new RevisionRecord(
                id, manifest, files, bytes, kind, createdAt, newState, newDetail, settings, note);
    }
}
