package io.echelon.controlplane;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * A blob on its way in: it ends only when its hash is the expected one, and fails when it is
 * another or when there is more than the limit. For one thread.
 */
final class VerifyingStream extends FilterInputStream {
    private final MessageDigest digest = Secrets.sha256();
    private final String expected;
    private final long maxBytes;
    private long bytes;
    private boolean ended;
    private @Nullable EchelonException refusal;

    VerifyingStream(InputStream in, String expected, long maxBytes) {
        super(in);
        this.expected = expected;
        this.maxBytes = maxBytes;
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (ended || length == 0) {
            return ended ? -1 : 0;
        }
        int count = in.read(buffer, offset, length);
        if (count < 0) {
            ended = true;
            verify();
            return -1;
        }
        bytes += count;
        if (bytes > maxBytes) {
            throw refuse(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "The blob is more than %,d bytes, which is the most that a bundle may have"
                            .formatted(maxBytes));
        }
        digest.update(buffer, offset, count);
        return count;
    }

    @Override
    public long skip(long count) throws IOException {
        byte[] dropped = new byte[(int) Math.min(8_192, Math.max(0, count))];
        return Math.max(0, read(dropped, 0, dropped.length));
    }

    @Override
    public boolean markSupported() {
        return false;
    }

    /** Bytes that were read. */
    long bytes() {
        return bytes;
    }

    /** Throws what this stream refused, when it refused; whoever read it may have wrapped it. */
    void rethrowRefusal() {
        if (refusal != null) {
            throw refusal;
        }
    }

    private void verify() {
        String actual = HexFormat.of().formatHex(digest.digest());
        if (!actual.equals(expected)) {
            throw refuse(
                    ErrorCode.HASH_MISMATCH,
                    "The blob was announced as %s, but its %,d bytes hash to %s; send the content unchanged"
                            .formatted(expected, bytes, actual));
        }
    }

    private EchelonException refuse(ErrorCode code, String message) {
        EchelonException refused = new EchelonException(code, message);
        refusal = refused;
        return refused;
    }
}
