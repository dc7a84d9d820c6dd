package io.echelon.controlplane;

import io.echelon.kvstore.BlobStore;
import io.echelon.tenants.BundleFile;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Limits;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;

/** Files by content: taken from callers, and vouched for before a revision names them. */
@Singleton
final class BlobService {
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final int SIZES_AT_ONCE = 32;

    private static final int SIZES_KNOWN_MAX = 100_000;

    private final BlobStore blobs;

    /** Sizes of blobs that were seen; content by hash never changes, though it may be deleted. */
    private final Map<String, Long> sizes = new ConcurrentHashMap<>();

    BlobService(BlobStore blobs) {
        this.blobs = blobs;
    }

    /** Those of the hashes that have to be uploaded. */
    List<String> missing(List<String> hashes) {
        if (hashes.size() > Limits.BUNDLE_MAX_FILES) {
            throw new EchelonException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "%,d hashes are asked about; at most %,d are allowed, as many as a bundle has files"
                            .formatted(hashes.size(), Limits.BUNDLE_MAX_FILES));
        }
        hashes.forEach(BlobService::requireHash);
        return hashes.isEmpty() ? List.of() : blobs.missing(hashes.stream().distinct().toList());
    }

    /** Stores a blob while it arrives; the same blob again changes nothing. */
    void upload(String sha256, InputStream content) {
        requireHash(sha256);
        try (VerifyingStream verified =
                new VerifyingStream(content, sha256, Limits.BUNDLE_MAX_BYTES)) {
            try {
                if (blobs.contains(sha256)) {
                    verified.transferTo(OutputStream.nullOutputStream());
                } else {
                    blobs.put(sha256, verified);
                }
                know(sha256, verified.bytes());
            } catch (IOException | RuntimeException e) {
                verified.rethrowRefusal();
                throw e;
            }
        } catch (IOException e) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT, "The blob ended early; send it again", e);
        }
    }

    /** Stores content of the platform's own and returns its hash. */
    String store(byte[] content) {
        String sha256 = HexFormat.of().formatHex(Secrets.sha256().digest(content));
        try {
            blobs.put(sha256, new ByteArrayInputStream(content));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return sha256;
    }

    /** Content of the platform's own, by its hash. */
    byte[] read(String sha256) {
        try (InputStream content = blobs.open(sha256)) {
            return content.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Refuses files whose blobs are not stored, or are of another size than the files say. */
    void require(List<BundleFile> files) {
        Map<String, BundleFile> byHash = new TreeMap<>();
        for (BundleFile file : files) {
            BundleFile other = byHash.putIfAbsent(file.sha256(), file);
            if (other != null && other.bytes() != file.bytes()) {
                throw wrongSize(file, other.bytes());
            }
        }
        List<String> missing = missing(List.copyOf(byHash.keySet()));
        if (!missing.isEmpty()) {
            throw new MissingBlobsException(missing);
        }
        requireSizes(List.copyOf(byHash.values()));
    }

    private void requireSizes(List<BundleFile> files) {
        Semaphore turns = new Semaphore(SIZES_AT_ONCE);
        List<Future<OptionalLong>> found = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (BundleFile file : files) {
                Long known = sizes.get(file.sha256());
                found.add(
                        known == null
                                ? threads.submit(() -> size(file.sha256(), turns))
                                : CompletableFuture.completedFuture(OptionalLong.of(known)));
            }
        }
        for (int i = 0; i < files.size(); i++) {
            BundleFile file = files.get(i);
            OptionalLong size = result(found.get(i));
            if (size.isEmpty()) {
                throw new MissingBlobsException(List.of(file.sha256()));
            }
            know(file.sha256(), size.getAsLong());
            if (size.getAsLong() != file.bytes()) {
                throw wrongSize(file, size.getAsLong());
            }
        }
    }

    private OptionalLong size(String sha256, Semaphore turns) throws InterruptedException {
        turns.acquire();
        try {
            return blobs.size(sha256);
        } finally {
            turns.release();
        }
    }

    private void know(String sha256, long bytes) {
        if (sizes.size() < SIZES_KNOWN_MAX) {
            sizes.put(sha256, bytes);
        }
    }

    private static OptionalLong result(Future<OptionalLong> size) {
        return switch (size.state()) {
            case SUCCESS -> size.resultNow();
            case FAILED, CANCELLED, RUNNING -> {
                if (size.exceptionNow() instanceof EchelonException refusal) {
                    throw refusal;
                }
                throw new IllegalStateException("A blob's size is not known", size.exceptionNow());
            }
        };
    }

    private static EchelonException wrongSize(BundleFile file, long actual) {
        return new EchelonException(
                ErrorCode.INVALID_BUNDLE,
                "File \"%s\" is said to be %,d bytes, but the blob of its hash is %,d; send the size of the content"
                        .formatted(file.path(), file.bytes(), actual));
    }

    private static void requireHash(String sha256) {
        if (!SHA256.matcher(sha256).matches()) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT,
                    "\"%s\" is not a hash; it must be the 64 lower-case hexadecimal digits of a SHA-256"
                            .formatted(
                                    sha256.length() <= 80
                                            ? sha256
                                            : sha256.substring(0, 80) + "…"));
        }
    }
}
