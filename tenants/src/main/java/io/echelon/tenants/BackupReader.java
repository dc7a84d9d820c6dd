package io.echelon.tenants;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Reads a backup piece by piece. Each piece has been checked when it is given out, but only after
 * the last one it is certain that the backup is whole: {@link #readToEnd} before anything is made
 * of it.
 *
 * <p>Failure: {@link EchelonException}, INVALID_CONFIGURATION for what is no backup or one of a
 * newer form, HASH_MISMATCH for one that is damaged or broken off; IOException when the stream
 * fails.
 */
public final class BackupReader {
    private final InputStream in;
    private final MessageDigest digest = BackupWriter.sha256();
    private final BackupHead head;
    private @Nullable BackupContents contents;
    private long position;

    /**
     * @param in best buffered; the caller's to close
     */
    public BackupReader(InputStream in) throws IOException {
        this.in = in;
        byte[] magic = in.readNBytes(BackupFrame.MAGIC.length);
        if (!Arrays.equals(magic, BackupFrame.MAGIC)) {
            throw new EchelonException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "This is no backup: it does not begin as those of `edge backup` do");
        }
        count(magic);
        byte[] format = take(Integer.BYTES);
        int number = ByteBuffer.wrap(format).getInt();
        if (number != BackupFrame.FORMAT) {
            throw new EchelonException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "The backup has format %d and this program reads format %d; use the program that wrote it, or a newer one"
                            .formatted(number, BackupFrame.FORMAT));
        }
        count(format);
        BackupFrame first = frame();
        if (first.kind() != BackupFrame.Kind.HEAD) {
            throw damaged("begins with a piece of the kind " + first.kind());
        }
        this.head = json(first.payload(), 0, BackupHead.class);
    }

    public BackupHead head() {
        return head;
    }

    /** The next piece; empty once the backup has come to its end and was found whole. */
    public Optional<BackupFrame> next() throws IOException {
        if (contents != null) {
            return Optional.empty();
        }
        byte[] before = copyOfDigest();
        BackupFrame frame = frame();
        return switch (frame.kind()) {
            case HEAD -> throw damaged("has a second head");
            case END -> {
                end(frame.payload(), before);
                yield Optional.empty();
            }
            case ROWS, MESSAGES, BLOB, BLOB_PIECE, BLOB_END -> Optional.of(frame);
        };
    }

    /** Reads what is left, and tells what the backup holds. */
    public BackupContents readToEnd() throws IOException {
        while (true) {
            if (next().isEmpty()) {
                return contents();
            }
        }
    }

    /** What the backup holds, once its end was reached. */
    public BackupContents contents() {
        BackupContents known = contents;
        if (known == null) {
            throw new IllegalStateException("The backup's end was not reached yet");
        }
        return known;
    }

    private void end(byte[] payload, byte[] expected) throws IOException {
        if (payload.length < expected.length
                || !Arrays.equals(expected, Arrays.copyOf(payload, expected.length))) {
            throw damaged("is not what its checksum says");
        }
        if (in.read() >= 0) {
            throw damaged("goes on after its end");
        }
        contents = json(payload, expected.length, BackupContents.class);
    }

    private byte[] copyOfDigest() {
        try {
            return ((MessageDigest) digest.clone()).digest();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException("This JDK's SHA-256 cannot be copied", e);
        }
    }

    private BackupFrame frame() throws IOException {
        byte[] header = take(BackupFrame.HEADER_BYTES);
        int length = ByteBuffer.wrap(header).getInt(1);
        BackupFrame.Kind kind = kind(header[0]);
        if (length < 0 || length > BackupFrame.PAYLOAD_MAX_BYTES) {
            throw damaged(
                    "has a piece of %,d bytes; at most %,d are possible"
                            .formatted(length, BackupFrame.PAYLOAD_MAX_BYTES));
        }
        byte[] payload = take(length);
        byte[] sum = take(Integer.BYTES);
        byte[] checked = Arrays.copyOf(header, header.length + length);
        System.arraycopy(payload, 0, checked, header.length, length);
        if (BackupWriter.crc(checked, checked.length) != ByteBuffer.wrap(sum).getInt()) {
            throw damaged("is not what a checksum in it says");
        }
        count(checked);
        count(sum);
        return new BackupFrame(kind, payload);
    }

    private BackupFrame.Kind kind(byte number) {
        for (BackupFrame.Kind kind : BackupFrame.Kind.values()) {
            if (kind.number() == number) {
                return kind;
            }
        }
        throw damaged("has a piece of the unknown kind " + number);
    }

    private <T> T json(byte[] payload, int from, Class<T> type) {
        try {
            return Json.read(Arrays.copyOfRange(payload, from, payload.length), type);
        } catch (IllegalArgumentException e) {
            throw damaged("has a " + type.getSimpleName() + " that cannot be read");
        }
    }

    private byte[] take(int count) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw damaged("ends there, before it is whole");
        }
        return bytes;
    }

    private void count(byte[] bytes) {
        digest.update(bytes);
        position += bytes.length;
    }

    private EchelonException damaged(String how) {
        return new EchelonException(
                ErrorCode.HASH_MISMATCH,
                "The backup is damaged: after %,d bytes it %s; take another one"
                        .formatted(position, how));
    }
}
