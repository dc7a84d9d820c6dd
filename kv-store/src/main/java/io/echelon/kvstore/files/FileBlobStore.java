package io.echelon.kvstore.files;

import io.echelon.kvstore.BlobHash;
import io.echelon.kvstore.BlobStore;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;

/**
 * Blobs as files named by their hashes: written beside, verified, fsynced, and only then given
 * their name. What a crash left half written is removed at the next {@link #open(Path, long)}.
 *
 * <p>A file's time of change says when its blob was last stored or asked about, to the minute. Who
 * removes what nobody uses ({@link #untouchedSince}, {@link #deleteUntouched}) leaves to those who
 * were told that a blob is here the time to say that they use it.
 */
public final class FileBlobStore implements BlobStore {
    private static final System.Logger LOG = System.getLogger(FileBlobStore.class.getName());
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final String UNFINISHED = "unfinished";
    private static final Duration TOUCHED_TO = Duration.ofMinutes(1);

    private final Path folder;
    private final Path unfinished;
    private final FileStore disk;
    private final long reserveBytes;
    private final InstantSource clock;

    /** Held alone while a blob is removed, and with others while one is touched. */
    private final ReadWriteLock removal = new ReentrantReadWriteLock();

    private FileBlobStore(Path folder, FileStore disk, long reserveBytes, InstantSource clock) {
        this.clock = clock;
        this.folder = folder;
        this.disk = disk;
        this.unfinished = folder.resolve(UNFINISHED);
        this.reserveBytes = reserveBytes;
    }

    /**
     * Opens the store of a folder, or makes it. One process at a time may write to a folder.
     *
     * @param reserveBytes free space below which content is refused
     */
    public static FileBlobStore open(Path folder, long reserveBytes) {
        return open(folder, reserveBytes, InstantSource.system());
    }

    /**
     * Opens the store of a folder, or makes it. One process at a time may write to a folder.
     *
     * @param reserveBytes free space below which content is refused
     */
    public static FileBlobStore open(Path folder, long reserveBytes, InstantSource clock) {
        try {
            Path unfinished = Files.createDirectories(folder.resolve(UNFINISHED));
            try (DirectoryStream<Path> leftovers = Files.newDirectoryStream(unfinished)) {
                for (Path leftover : leftovers) {
                    Files.delete(leftover);
                }
            }
            return new FileBlobStore(folder, Files.getFileStore(folder), reserveBytes, clock);
        } catch (IOException e) {
            throw failure("The blob folder %s cannot be made or cleaned".formatted(folder), e);
        }
    }

    @Override
    public void put(String sha256, InputStream content) throws IOException {
        BlobHash.checked(sha256);
        Path temporary = null;
        try {
            temporary = Files.createTempFile(unfinished, "blob-", "");
            copy(BlobHash.verified(sha256, content), temporary);
            Files.setLastModifiedTime(temporary, FileTime.from(clock.instant()));
            Path target = path(sha256);
            removal.readLock().lock();
            try {
                Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                removal.readLock().unlock();
            }
            sync(folder);
        } catch (IOException e) {
            if (e.getCause() instanceof EchelonException refusal) {
                throw refusal;
            }
            if (noSpace(e)) {
                throw full(e);
            }
            throw e;
        } finally {
            if (temporary != null) {
                Files.deleteIfExists(temporary);
            }
        }
    }

    @Override
    public InputStream open(String sha256) {
        BlobHash.checked(sha256);
        try {
            InputStream file = Files.newInputStream(path(sha256));
            return BlobHash.verified(sha256, new BufferedInputStream(file, CHUNK_BYTES));
        } catch (NoSuchFileException e) {
            throw new EchelonException(
                    ErrorCode.NOT_FOUND, "There is no blob %s; upload it".formatted(sha256), e);
        } catch (IOException e) {
            throw failure("Blob %s cannot be read".formatted(sha256), e);
        }
    }

    @Override
    public byte[] read(String sha256) {
        try (InputStream content = open(sha256)) {
            return content.readAllBytes();
        } catch (IOException e) {
            if (e.getCause() instanceof EchelonException refusal) {
                throw refusal;
            }
            throw failure("Blob %s cannot be read".formatted(sha256), e);
        }
    }

    /** Who hears that a blob is here may rely on it: it counts as touched. */
    @Override
    public OptionalLong size(String sha256) {
        Path file = path(BlobHash.checked(sha256));
        removal.readLock().lock();
        try {
            BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
            Instant now = clock.instant();
            if (attributes.lastModifiedTime().toInstant().isBefore(now.minus(TOUCHED_TO))) {
                Files.setLastModifiedTime(file, FileTime.from(now));
            }
            return OptionalLong.of(attributes.size());
        } catch (NoSuchFileException e) {
            return OptionalLong.empty();
        } catch (IOException e) {
            throw failure("Blob %s cannot be read".formatted(sha256), e);
        } finally {
            removal.readLock().unlock();
        }
    }

    @Override
    public List<String> missing(Collection<String> hashes) {
        return BlobHash.checked(hashes).stream().filter(hash -> !contains(hash)).toList();
    }

    @Override
    public void delete(String sha256) {
        BlobHash.checked(sha256);
        try {
            Files.deleteIfExists(path(sha256));
        } catch (IOException e) {
            throw failure("Blob %s cannot be deleted".formatted(sha256), e);
        }
    }

    /** The blobs that nobody stored or asked about since a moment. */
    public Set<String> untouchedSince(Instant moment) {
        Set<String> untouched = new HashSet<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "[0-9a-f]*")) {
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (BlobHash.isHash(name) && isUntouched(file, moment)) {
                    untouched.add(name);
                }
            }
        } catch (IOException | DirectoryIteratorException e) {
            throw failure("The blob folder %s cannot be read".formatted(folder), e);
        }
        return untouched;
    }

    /**
     * Removes a blob unless somebody stored it or asked about it since a moment.
     *
     * @return how many bytes are free by that; empty when it was not removed
     */
    public OptionalLong deleteUntouched(String sha256, Instant moment) {
        Path file = path(BlobHash.checked(sha256));
        removal.writeLock().lock();
        try {
            if (!isUntouched(file, moment)) {
                return OptionalLong.empty();
            }
            long bytes = Files.size(file);
            Files.delete(file);
            return OptionalLong.of(bytes);
        } catch (NoSuchFileException e) {
            return OptionalLong.empty();
        } catch (IOException e) {
            throw failure("Blob %s cannot be deleted".formatted(sha256), e);
        } finally {
            removal.writeLock().unlock();
        }
    }

    private static boolean isUntouched(Path file, Instant moment) throws IOException {
        try {
            return Files.getLastModifiedTime(file).toInstant().isBefore(moment);
        } catch (NoSuchFileException gone) {
            return false;
        }
    }

    /** The file of a blob, whether or not it is there; it must not be written to. */
    public Path file(String sha256) {
        return path(BlobHash.checked(sha256));
    }

    private Path path(String sha256) {
        return folder.resolve(sha256);
    }

    private void copy(InputStream content, Path file) throws IOException {
        byte[] chunk = new byte[CHUNK_BYTES];
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int count = content.read(chunk); count >= 0; count = content.read(chunk)) {
                if (disk.getUsableSpace() - count < reserveBytes) {
                    throw full(null);
                }
                ByteBuffer bytes = ByteBuffer.wrap(chunk, 0, count);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
            channel.force(true);
        }
    }

    /** Makes the names in a folder durable. */
    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static boolean noSpace(IOException e) {
        return String.valueOf(e.getMessage()).contains("No space left");
    }

    private EchelonException full(@Nullable IOException cause) {
        return new EchelonException(
                ErrorCode.STORAGE_FULL,
                "The disk of %s must keep %,d MB free; the blob was not stored. Free some space and send it again"
                        .formatted(folder, reserveBytes >> 20),
                cause);
    }

    private static EchelonException failure(String message, Exception cause) {
        LOG.log(System.Logger.Level.ERROR, message, cause);
        return new EchelonException(
                ErrorCode.UNAVAILABLE, message + "; the log has the cause", cause);
    }
}
