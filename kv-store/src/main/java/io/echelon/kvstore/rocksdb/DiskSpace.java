package io.echelon.kvstore.rocksdb;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The free space of a folder's disk, asked before every group of commits: RocksDB survives a full
 * disk, but what it half wrote is neither kept nor refused for certain.
 */
final class DiskSpace {
    private final Path folder;
    private final long reserveBytes;
    private final Probe probe;

    /** Says how many bytes can still be written. */
    interface Probe {
        long usableBytes() throws IOException;
    }

    DiskSpace(Path folder, long reserveBytes, Probe probe) {
        this.folder = folder;
        this.reserveBytes = reserveBytes;
        this.probe = probe;
    }

    static DiskSpace of(Path folder, long reserveBytes) {
        try {
            FileStore disk = Files.getFileStore(folder);
            return new DiskSpace(folder, reserveBytes, disk::getUsableSpace);
        } catch (IOException e) {
            throw new EchelonException(
                    ErrorCode.UNAVAILABLE, "The disk of %s cannot be asked".formatted(folder), e);
        }
    }

    /** Refuses, with STORAGE_FULL, what would eat into the reserve. */
    void require(long bytes) {
        long usable;
        try {
            usable = probe.usableBytes();
        } catch (IOException e) {
            throw new EchelonException(
                    ErrorCode.UNAVAILABLE, "The disk of %s cannot be asked".formatted(folder), e);
        }
        if (usable - bytes < reserveBytes) {
            throw full(usable, null);
        }
    }

    EchelonException full(long usable, @Nullable Throwable cause) {
        return new EchelonException(
                ErrorCode.STORAGE_FULL,
                "The disk of %s has %,d MB left and %,d MB must stay free; nothing was written. Free some space: writing goes on by itself"
                        .formatted(folder, usable >> 20, reserveBytes >> 20),
                cause);
    }
}
