package io.echelon.kvstore;

import java.util.List;

/** How a commit that was decided ended. */
public sealed interface CommitResult {

    /** It is durable. */
    record Committed(Versionstamp versionstamp) implements CommitResult {}

    /**
     * A check did not hold; nothing was written.
     *
     * @param failedChecks positions of the checks that did not hold, from 0
     */
    record Conflict(List<Integer> failedChecks) implements CommitResult {
        public Conflict {
            failedChecks = List.copyOf(failedChecks);
        }
    }
}
