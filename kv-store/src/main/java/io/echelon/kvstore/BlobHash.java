package io.echelon.kvstore;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;

/** SHA-256 as blobs use it. Every {@link BlobStore} checks with this. */
public final class BlobHash {
    private static final Pattern HASH = Pattern.compile("[0-9a-f]{64}");

    private BlobHash() {}

    /** Whether a text has the form of a hash. */
    public static boolean isHash(String text) {
        return HASH.matcher(text).matches();
    }

    /** The hash, when it is 64 lower-case hexadecimal digits. */
    public static String checked(String sha256) {
        if (!isHash(sha256)) {
            throw Refusals.invalid(
                    "A blob's name must be its SHA-256, 64 lower-case hexadecimal digits");
        }
        return sha256;
    }

    /** The hashes, when they are hashes and not too many. */
    public static List<String> checked(Collection<String> hashes) {
        Refusals.atMost("The number of hashes", hashes.size(), KvLimits.BLOB_HASHES_MAX);
        return hashes.stream().map(BlobHash::checked).distinct().toList();
    }

    /** The hash of content. */
    public static String of(byte[] content) {
        return HexFormat.of().formatHex(digest().digest(content));
    }

    /** A new SHA-256. */
    public static MessageDigest digest() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JDK has no SHA-256", e);
        }
    }

    /**
     * A stream that fails, with an IOException caused by HASH_MISMATCH or PAYLOAD_TOO_LARGE, when
     * its content is not what the hash says or larger than a blob may be.
     */
    public static InputStream verified(String sha256, InputStream content) {
        return new Verified(sha256, content);
    }

    private static final class Verified extends FilterInputStream {
        private final String expected;
        private final MessageDigest digest = digest();
        private long bytes;
        private boolean ended;

        Verified(String expected, InputStream content) {
            super(content);
            this.expected = expected;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] buffer, int offset, int length) throws IOException {
            int count = super.read(buffer, offset, length);
            if (count > 0) {
                digest.update(buffer, offset, count);
                bytes += count;
                checkSize();
            } else if (count < 0 && !ended) {
                ended = true;
                checkHash();
            }
            return count;
        }

        @Override
        public long skip(long count) throws IOException {
            byte[] skipped = new byte[(int) Math.min(Math.max(count, 0), 8_192)];
            return Math.max(0, read(skipped, 0, skipped.length));
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        private void checkSize() throws IOException {
            if (bytes > KvLimits.BLOB_MAX_BYTES) {
                EchelonException refusal =
                        new EchelonException(
                                ErrorCode.PAYLOAD_TOO_LARGE,
                                "A blob may be at most %,d bytes; this one goes on"
                                        .formatted(KvLimits.BLOB_MAX_BYTES));
                throw new IOException(refusal.reason(), refusal);
            }
        }

        private void checkHash() throws IOException {
            String actual = HexFormat.of().formatHex(digest.digest());
            if (!actual.equals(expected)) {
                EchelonException refusal =
                        new EchelonException(
                                ErrorCode.HASH_MISMATCH,
                                "The content's SHA-256 is %s and not %s; send it again"
                                        .formatted(actual, expected));
                throw new IOException(refusal.reason(), refusal);
            }
        }
    }
}
