package io.echelon.edgeruntime;

import io.echelon.tenants.RevisionId;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * Finds where a request leads.
 *
 * <p><b>Thread safety.</b> Called from every event loop at once; neither method blocks.
 */
interface Router {
    /** Where a host leads that this node serves now; null for others. */
    @Nullable Route find(String host);

    /**
     * Looks further for a host that {@link #find} does not know, such as that of a revision which
     * has been asleep; the stage has null when there is nothing, and never fails.
     */
    CompletionStage<@Nullable Target> wake(String host);

    /** What {@link #wake} would wake; null when there is nothing, as far as is known here. */
    @Nullable Asleep asleep(String host);

    /** What leads to a revision; null when that is not loaded here. */
    @Nullable Target loaded(RevisionId revision);

    /**
     * What a host leads to and is not loaded here.
     *
     * @param isDeployed whether it is to be loaded on every node, and only has not been yet
     */
    record Asleep(RevisionId revision, boolean isDeployed) {}
}
