package io.echelon.tenants;

import java.time.Instant;
import java.util.List;

/**
 * What a backup of a platform holds.
 *
 * @param versionstamp of the newest group of commits in it, 20 hexadecimal digits; everything up to
 *     it is there, and nothing after it
 * @param takenAt when the state was taken, by the clock of the node that wrote it
 * @param version of the program that wrote it
 * @param databases all that hold something, in the order of their names
 * @param blobs how many blobs it has
 * @param blobBytes their sizes together
 * @param masterKeys ids of the master keys that seal secrets in it; they are not in it
 * @param missingBlobs hashes of blobs that revisions name and no node had whole
 */
public record BackupContents(
        String versionstamp,
        Instant takenAt,
        String version,
        List<Database> databases,
        long blobs,
        long blobBytes,
        List<String> masterKeys,
        List<String> missingBlobs) {
    public BackupContents {
        databases = List.copyOf(databases);
        masterKeys = List.copyOf(masterKeys);
        missingBlobs = List.copyOf(missingBlobs);
    }

    /**
     * What one database has in it.
     *
     * @param entries how many entries, with those whose time has come but that are not removed yet
     * @param bytes keys and values of its entries and messages, as they are stored
     * @param messages how many messages, the dead ones too
     */
    public record Database(String name, long entries, long bytes, long messages) {}

    /** Entries of all databases. */
    public long entries() {
        return databases.stream().mapToLong(Database::entries).sum();
    }

    /** Messages of all databases. */
    public long messages() {
        return databases.stream().mapToLong(Database::messages).sum();
    }

    /** Bytes of all databases. */
    public long rowBytes() {
        return databases.stream().mapToLong(Database::bytes).sum();
    }
}
