package io.echelon.kvstore;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;

/**
 * Immutable blobs, each under the SHA-256 of its content (64 lower-case hexadecimal digits).
 *
 * <p>Lifecycle: a blob exists completely or not at all, from the return of {@link #put} until
 * {@link #delete}, or until nothing has used it for an hour: who was told that it is there, by
 * {@link #put}, {@link #size} or {@link #missing}, has that long to write what uses it.
 *
 * <p>Failure: {@link io.echelon.tenants.EchelonException} with INVALID_ARGUMENT for what is no
 * hash, HASH_MISMATCH when content is not what its hash says, PAYLOAD_TOO_LARGE above {@link
 * KvLimits#BLOB_MAX_BYTES}, NOT_FOUND, STORAGE_FULL, UNAVAILABLE.
 *
 * <p>Thread safety: all methods may be called from any thread, the same blob by several at once.
 * They block: call them on a virtual or a worker thread.
 */
public interface BlobStore {
    /**
     * Stores content and returns when it is durable. The stream is read to its end, not closed.
     *
     * @throws IOException when the stream fails
     */
    void put(String sha256, InputStream content) throws IOException;

    /** Stores content and returns when it is durable. */
    default void put(String sha256, byte[] content) {
        try {
            put(sha256, new ByteArrayInputStream(content));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * The content. The stream checks the hash while it is read: its last read fails with an
     * IOException whose cause is HASH_MISMATCH when the content has decayed, so nothing may be
     * trusted before the end was reached.
     */
    InputStream open(String sha256);

    /** The content in memory, verified. */
    byte[] read(String sha256);

    /** Size in bytes; empty when there is no such blob. */
    OptionalLong size(String sha256);

    default boolean contains(String sha256) {
        return size(sha256).isPresent();
    }

    /**
     * Those of the hashes that are not here.
     *
     * @param hashes at most {@link KvLimits#BLOB_HASHES_MAX}
     */
    List<String> missing(Collection<String> hashes);

    /** Removes a blob; nothing happens when there is none. */
    void delete(String sha256);
}
