package io.echelon.edgeruntime;

import io.echelon.kvstore.files.FileBlobStore;
import io.echelon.tenants.BundleFile;
import io.echelon.tenants.RevisionRecord;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashSet;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Removes from this node's disk the blobs that no revision uses, some time after the last one that
 * did was deleted.
 *
 * <p>Every node sweeps its own disk, so that one that was away for long is swept too, and none can
 * take a blob from another. A blob goes when all of these hold:
 *
 * <ul>
 *   <li>no revision's row names it, as its manifest, as its settings, or in its manifest; rows of
 *       revisions that a route leads to are never deleted;
 *   <li>nobody stored it, or was told that it is there, within {@link #GRACE} before the rows were
 *       read: who deploys asks about every blob just before the row is written, so that it is in
 *       the rows, or its blobs were touched; the latter is looked at again, under a lock, when the
 *       file is removed;
 *   <li>the last sweep found so too, so that nodes had time to unload what was deleted.
 * </ul>
 *
 * <p>When the rows or one of the manifests cannot be read, nothing goes.
 *
 * <p><b>Lifecycle.</b> {@link #start} once; {@link #close} ends it and returns when no file is
 * touched any more.
 */
final class BlobSweep implements AutoCloseable {
    static final Duration GRACE = Duration.ofHours(1);

    private static final Logger LOG = Logger.getLogger(BlobSweep.class);
    private static final Duration EVERY = Duration.ofMinutes(10);

    private final SystemReader rows;
    private final FileBlobStore here;
    private final LocalBlobs blobs;
    private final InstantSource clock;
    private final Thread thread =
            Thread.ofVirtual().name("echelon-blob-sweep").unstarted(this::run);
    private Set<String> condemned = Set.of();

    /**
     * @param here what is swept
     * @param blobs where manifests are read
     */
    BlobSweep(SystemReader rows, FileBlobStore here, LocalBlobs blobs, InstantSource clock) {
        this.rows = rows;
        this.here = here;
        this.blobs = blobs;
        this.clock = clock;
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        thread.interrupt();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (true) {
                TimeUnit.MILLISECONDS.sleep(EVERY.toMillis());
                try {
                    sweep();
                } catch (RuntimeException e) {
                    if (Thread.currentThread().isInterrupted()) {
                        return;
                    }
                    LOG.warnf("Which blobs are unused is not known now: %s", e.getMessage());
                }
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    /** Looks once, and removes what the last look found unused too. */
    void sweep() {
        Unused unused = unused();
        remove(unused);
    }

    /**
     * What no revision used.
     *
     * @param untouchedSince before the rows were read, by {@link #GRACE}
     */
    record Unused(Set<String> blobs, Instant untouchedSince) {}

    /** Finds what no revision uses. */
    Unused unused() {
        Instant moment = clock.instant().minus(GRACE);
        Set<String> unused = here.untouchedSince(moment);
        if (unused.isEmpty()) {
            return new Unused(unused, moment);
        }
        Set<String> read = new HashSet<>();
        for (RevisionRecord revision : rows.revisions()) {
            if (revision.settings() != null) {
                unused.remove(revision.settings());
            }
            unused.remove(revision.manifest());
            if (read.add(revision.manifest())) {
                for (BundleFile file : blobs.manifest(revision).files()) {
                    unused.remove(file.sha256());
                }
            }
            if (unused.isEmpty()) {
                break;
            }
        }
        return new Unused(unused, moment);
    }

    /** Removes those of the unused that were so the last time. */
    void remove(Unused unused) {
        int removed = 0;
        long bytes = 0;
        Set<String> left = new HashSet<>(unused.blobs());
        for (String sha256 : unused.blobs()) {
            if (condemned.contains(sha256)) {
                OptionalLong freed = here.deleteUntouched(sha256, unused.untouchedSince());
                left.remove(sha256);
                if (freed.isPresent()) {
                    removed++;
                    bytes += freed.getAsLong();
                }
            }
        }
        condemned = left;
        if (removed > 0) {
            LOG.infof("%,d blobs of %,d bytes that no revision uses are removed", removed, bytes);
        }
    }
}
