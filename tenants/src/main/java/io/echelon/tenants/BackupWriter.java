package io.echelon.tenants;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.zip.CRC32C;

/**
 * Writes a backup piece by piece, with a checksum behind each and one over all at the end.
 *
 * <p>Lifecycle: the head is written when it is made, {@link #end} once; the stream is the caller's
 * to close. Without its end a backup is not whole, and no reader takes it.
 */
public final class BackupWriter {
    private static final int PIECE_BYTES = 256 * 1024;

    private final OutputStream out;
    private final MessageDigest digest = sha256();

    public BackupWriter(OutputStream out, BackupHead head) throws IOException {
        this.out = out;
        put(BackupFrame.MAGIC);
        put(ByteBuffer.allocate(Integer.BYTES).putInt(BackupFrame.FORMAT).array());
        write(new BackupFrame(BackupFrame.Kind.HEAD, Json.bytes(head)));
    }

    /** Writes a piece with rows or messages. */
    public void write(BackupFrame frame) throws IOException {
        byte[] framed =
                ByteBuffer.allocate(
                                BackupFrame.HEADER_BYTES + frame.payload().length + Integer.BYTES)
                        .put((byte) frame.kind().number())
                        .putInt(frame.payload().length)
                        .put(frame.payload())
                        .array();
        int checked = framed.length - Integer.BYTES;
        ByteBuffer.wrap(framed).putInt(checked, crc(framed, checked));
        put(framed);
    }

    /**
     * Writes a blob.
     *
     * @param content fails with an IOException caused by HASH_MISMATCH when it has decayed, and the
     *     blob is marked as one to be forgotten
     * @return its size in bytes; negative when it has decayed
     */
    public long blob(String sha256, InputStream content) throws IOException {
        write(new BackupFrame(BackupFrame.Kind.BLOB, HexFormat.of().parseHex(sha256)));
        byte[] piece = new byte[PIECE_BYTES];
        long bytes = 0;
        try {
            for (int count = content.readNBytes(piece, 0, piece.length);
                    count > 0;
                    count = content.readNBytes(piece, 0, piece.length)) {
                bytes += count;
                write(new BackupFrame(BackupFrame.Kind.BLOB_PIECE, Arrays.copyOf(piece, count)));
            }
        } catch (IOException e) {
            if (e.getCause() instanceof EchelonException refusal
                    && refusal.code() == ErrorCode.HASH_MISMATCH) {
                bytes = -1;
            } else {
                throw e;
            }
        }
        write(new BackupFrame(BackupFrame.Kind.BLOB_END, new byte[] {(byte) (bytes < 0 ? 0 : 1)}));
        return bytes;
    }

    /** Writes the end, after which nothing may follow. */
    public void end(BackupContents contents) throws IOException {
        byte[] sum = digest.digest();
        byte[] json = Json.bytes(contents);
        write(
                new BackupFrame(
                        BackupFrame.Kind.END,
                        ByteBuffer.allocate(sum.length + json.length).put(sum).put(json).array()));
    }

    private void put(byte[] bytes) throws IOException {
        digest.update(bytes);
        out.write(bytes);
    }

    static int crc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return (int) crc.getValue();
    }

    static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("This JDK has no SHA-256", e);
        }
    }
}
