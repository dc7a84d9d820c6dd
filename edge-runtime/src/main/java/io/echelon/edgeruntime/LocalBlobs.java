package io.echelon.edgeruntime;

import io.echelon.kvstore.BlobStore;
import io.echelon.kvstore.files.FileBlobStore;
import io.echelon.tenants.Json;
import io.echelon.tenants.Manifest;
import io.echelon.tenants.RevisionRecord;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;

/**
 * Blobs on this node's disk, fetched from where the store is when they are not here yet. Each is
 * verified on the way.
 *
 * <p><b>Thread safety.</b> May be used from any thread; blocks.
 */
final class LocalBlobs {
    private final FileBlobStore here;
    private final BlobStore origin;

    /**
     * @param origin where a missing one comes from; the same as {@code here} where the store is
     */
    LocalBlobs(FileBlobStore here, BlobStore origin) {
        this.here = here;
        this.origin = origin;
    }

    /** The content, in memory. */
    byte[] read(String sha256) {
        fetch(sha256);
        return here.read(sha256);
    }

    /** What a revision is made of. */
    Manifest manifest(RevisionRecord revision) {
        return Json.read(read(revision.manifest()), Manifest.class);
    }

    /** The file with the content. */
    Path file(String sha256) {
        fetch(sha256);
        return here.file(sha256);
    }

    private void fetch(String sha256) {
        if (here.contains(sha256)) {
            return;
        }
        try (InputStream content = origin.open(sha256)) {
            if (!here.contains(sha256)) { // an origin that keeps copies may have put it here
                here.put(sha256, content);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
