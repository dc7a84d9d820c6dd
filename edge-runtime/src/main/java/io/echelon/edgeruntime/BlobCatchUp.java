package io.echelon.edgeruntime;

import io.echelon.tenants.BundleFile;
import io.echelon.tenants.RevisionRecord;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Brings to this node, once after its start, the blobs of all revisions that it has missed while it
 * was away, so that any revision outlives any node. What this node serves is here before that,
 * because it has been loaded; what is deployed later comes with its deployment.
 *
 * <p><b>Lifecycle.</b> {@link #start} once; it goes on until every blob is here, or until {@link
 * #close}.
 */
final class BlobCatchUp implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(BlobCatchUp.class);
    private static final long AGAIN_SECONDS = 20;

    private final SystemReader rows;
    private final LocalBlobs blobs;
    private final Thread thread =
            Thread.ofVirtual().name("echelon-blob-catch-up").unstarted(this::run);

    BlobCatchUp(SystemReader rows, LocalBlobs blobs) {
        this.rows = rows;
        this.blobs = blobs;
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        thread.interrupt();
    }

    private void run() {
        try {
            while (!isComplete()) {
                TimeUnit.SECONDS.sleep(AGAIN_SECONDS);
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isComplete() {
        List<RevisionRecord> revisions;
        try {
            revisions = rows.revisions();
        } catch (RuntimeException e) {
            LOG.warnf("Which blobs this node should have is not known yet: %s", e.getMessage());
            return false;
        }
        int incomplete = 0;
        for (RevisionRecord revision : revisions) {
            if (Thread.currentThread().isInterrupted()) {
                return true;
            }
            try {
                if (revision.state() != RevisionRecord.State.FAILED) {
                    fetch(revision);
                }
            } catch (RuntimeException e) {
                incomplete++;
                LOG.warnf("Files of %s are not here yet: %s", revision.id(), e.getMessage());
            }
        }
        LOG.debugf("%d of %d revisions are not whole here", incomplete, revisions.size());
        return incomplete == 0;
    }

    private void fetch(RevisionRecord revision) {
        for (BundleFile file : blobs.manifest(revision).files()) {
            var _ = blobs.file(file.sha256());
        }
        String settings = revision.settings();
        if (settings != null) {
            var _ = blobs.file(settings);
        }
    }
}
