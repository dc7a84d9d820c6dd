package io.echelon.edgeruntime;

import io.echelon.kvstore.BlobStore;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.StoreBackup;
import io.echelon.kvstore.Versionstamp;
import io.echelon.tenants.BackupContents;
import io.echelon.tenants.BackupHead;
import io.echelon.tenants.BackupWriter;
import io.echelon.tenants.BundleFile;
import io.echelon.tenants.DataKeyRecord;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import io.echelon.tenants.Manifest;
import io.echelon.tenants.RevisionRecord;
import io.echelon.tenants.SystemRows;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Writes a backup of the platform: all databases as they are at one versionstamp, and the blobs
 * that its revisions need. A blob is stored before the first revision that names it, so those of a
 * state that is kept are there.
 */
final class PlatformBackup {
    /** The last position of a group of commits. */
    private static final int LAST_POSITION = 0xffff;

    private final StoreBackup store;
    private final BlobStore blobs;
    private final BackupHead head;
    private final List<String> missing = new ArrayList<>();
    private long blobCount;
    private long blobBytes;

    /**
     * @param store the caller's to close
     */
    PlatformBackup(StoreBackup store, BlobStore blobs, String version) {
        this.store = store;
        this.blobs = blobs;
        this.head = store.head(version);
    }

    /** Writes all of it; the stream is not closed. */
    void write(OutputStream out) throws IOException {
        BackupWriter writer = new BackupWriter(out, head);
        List<BackupContents.Database> databases = store.write(writer);
        for (String sha256 : needed()) {
            write(sha256, writer);
        }
        writer.end(
                new BackupContents(
                        new Versionstamp(head.lastGroup(), LAST_POSITION).hex(),
                        head.takenAt(),
                        head.version(),
                        databases,
                        blobCount,
                        blobBytes,
                        rows(SystemRows.dataKeys(), DataKeyRecord.class).stream()
                                .map(DataKeyRecord::masterKey)
                                .distinct()
                                .toList(),
                        missing));
    }

    private <T> List<T> rows(List<Object> prefix, Class<T> type) {
        return store.below(SystemRows.DATABASE, KvKey.of(prefix)).stream()
                .map(row -> Json.read(row.value().data(), type))
                .toList();
    }

    private Set<String> needed() {
        Set<String> needed = new LinkedHashSet<>();
        for (RevisionRecord revision : rows(SystemRows.revisions(), RevisionRecord.class)) {
            if (needed.add(revision.manifest())) {
                files(revision).forEach(file -> needed.add(file.sha256()));
            }
            String settings = revision.settings();
            if (settings != null) {
                needed.add(settings);
            }
        }
        return needed;
    }

    private List<BundleFile> files(RevisionRecord revision) {
        try {
            return Json.read(blobs.read(revision.manifest()), Manifest.class).files();
        } catch (EchelonException e) {
            if (isGone(e)) {
                return List.of(); // it is told as missing when it is to be written
            }
            throw e;
        }
    }

    private void write(String sha256, BackupWriter writer) throws IOException {
        long bytes = -1;
        try (InputStream content = blobs.open(sha256)) {
            bytes = writer.blob(sha256, content);
        } catch (EchelonException e) {
            if (!isGone(e)) {
                throw e;
            }
        }
        if (bytes < 0) {
            missing.add(sha256);
        } else {
            blobCount++;
            blobBytes += bytes;
        }
    }

    private static boolean isGone(EchelonException e) {
        return e.code() == ErrorCode.NOT_FOUND || e.code() == ErrorCode.HASH_MISMATCH;
    }
}
