package io.echelon.tenants;

import java.util.Arrays;
import java.util.HexFormat;

/**
 * A piece of a backup; docs/backup.md is the form of the whole.
 *
 * @param payload its content, which must not be changed
 */
public record BackupFrame(Kind kind, byte[] payload) {
    /** The first bytes of every backup. */
    static final byte[] MAGIC = {'e', 'c', 'h', 'e', 'l', 'o', 'n', '\n'};

    /** The form that this program writes, and the newest that it reads. */
    static final int FORMAT = 1;

    /** Bytes of a payload, at most. */
    public static final int PAYLOAD_MAX_BYTES = 64 * 1024 * 1024;

    /** Kind and length. */
    static final int HEADER_BYTES = 1 + Integer.BYTES;

    /** What a piece is. */
    public enum Kind {
        /** A {@link BackupHead} as JSON; the first, and the only one of its kind. */
        HEAD(1),
        /** Rows of databases, in the order of their keys. */
        ROWS(2),
        /** Messages, in the order of their keys. */
        MESSAGES(3),
        /** A blob begins: the bytes of its SHA-256. */
        BLOB(4),
        /** Some of a blob's content. */
        BLOB_PIECE(5),
        /** A blob ends: one byte, 1 when it is whole and 0 when it is to be forgotten. */
        BLOB_END(6),
        /** SHA-256 of all bytes before, then {@link BackupContents} as JSON; the last. */
        END(7);

        private final int number;

        Kind(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof BackupFrame that
                && kind == that.kind
                && Arrays.equals(payload, that.payload);
    }

    @Override
    public int hashCode() {
        return 31 * kind.hashCode() + Arrays.hashCode(payload);
    }

    @Override
    public String toString() {
        return "BackupFrame[%s, %,d bytes: %s…]"
                .formatted(
                        kind,
                        payload.length,
                        HexFormat.of().formatHex(payload, 0, Math.min(8, payload.length)));
    }
}
