package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.Versionstamp;
import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * A row as RocksDB has it: versionstamp (10 bytes), expiry (8), kind of value (1), value.
 *
 * @param expiryMs milliseconds since 1970, or {@link #NO_EXPIRY}
 */
record Row(Versionstamp versionstamp, long expiryMs, KvValue value) {
    static final long NO_EXPIRY = Long.MAX_VALUE;

    static final int HEADER_BYTES = Versionstamp.BYTES + Long.BYTES + 1;
    private static final byte KIND_V8 = 1;
    private static final byte KIND_U64 = 2;
    private static final byte KIND_BYTES = 3;

    /** How many bytes the row is. */
    int sizeBytes() {
        return HEADER_BYTES + value.sizeBytes();
    }

    byte[] encoded() {
        byte[] data = value.data();
        return ByteBuffer.allocate(sizeBytes())
                .put(versionstamp.bytes())
                .putLong(expiryMs)
                .put(
                        switch (value) {
                            case KvValue.V8 _ -> KIND_V8;
                            case KvValue.U64 _ -> KIND_U64;
                            case KvValue.Bytes _ -> KIND_BYTES;
                        })
                .put(data)
                .array();
    }

    /** Where the index of expiry times has the row of a key. */
    static byte[] expiryKey(long expiryMs, RowKey key) {
        return ByteBuffer.allocate(Long.BYTES + key.bytes().length)
                .putLong(expiryMs)
                .put(key.bytes())
                .array();
    }

    static Row decode(byte[] stored) {
        ByteBuffer in = ByteBuffer.wrap(stored);
        byte[] stamp = new byte[Versionstamp.BYTES];
        in.get(stamp);
        long expiryMs = in.getLong();
        byte kind = in.get();
        byte[] data = Arrays.copyOfRange(stored, HEADER_BYTES, stored.length);
        KvValue value =
                switch (kind) {
                    case KIND_V8 -> KvValue.v8(data);
                    case KIND_U64 -> KvValue.u64(data);
                    case KIND_BYTES -> KvValue.bytes(data);
                    default -> throw new IllegalStateException("Row of the unknown kind " + kind);
                };
        return new Row(Versionstamp.of(stamp), expiryMs, value);
    }
}
