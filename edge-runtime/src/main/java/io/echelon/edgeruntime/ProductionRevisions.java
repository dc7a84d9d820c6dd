package io.echelon.edgeruntime;

import java.util.List;

/**
 * The revisions that events go to: on this node, what each app's production host leads to.
 *
 * <p><b>Thread safety.</b> Any thread; neither method blocks.
 */
interface ProductionRevisions {
    /** One target for each app that has a production revision here. */
    List<Target> production();

    /** Calls a listener whenever {@link #production} may have changed; it must not block. */
    void onProductionChange(Runnable listener);
}
