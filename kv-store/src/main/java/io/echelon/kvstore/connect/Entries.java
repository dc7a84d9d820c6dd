package io.echelon.kvstore.connect;

import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.Versionstamp;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.time.Instant;

/**
 * Entries and values on the wire.
 *
 * <p>KvEntry: key 1, value 2, encoding 3, versionstamp 4. KvValue: data 1, encoding 2. An encoding
 * is 1 for V8, 2 for a little-endian 64-bit integer, 3 for bytes.
 *
 * <p>Field 100 of an entry, which other clients pass over, is when it expires, in milliseconds
 * since 1970; it is left out when the entry stays.
 */
final class Entries {
    private static final int V8 = 1;
    private static final int LE64 = 2;
    private static final int BYTES = 3;

    private static final int EXPIRES_AT = 100;

    private Entries() {}

    static byte[] write(KvEntry entry) {
        ProtoWriter out =
                new ProtoWriter()
                        .bytes(1, entry.key().encoded())
                        .bytes(2, entry.value().data())
                        .int64(3, encoding(entry.value()))
                        .bytes(4, entry.versionstamp().bytes());
        Instant expiresAt = entry.expiresAt();
        if (expiresAt != null) {
            out.int64(EXPIRES_AT, expiresAt.toEpochMilli());
        }
        return out.toBytes();
    }

    static KvEntry readEntry(byte[] message) {
        byte[] key = {};
        byte[] data = {};
        byte[] versionstamp = {};
        int encoding = 0;
        Instant expiresAt = null;
        ProtoReader in = new ProtoReader(message);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> key = in.bytes();
                case 2 -> data = in.bytes();
                case 3 -> encoding = in.int32();
                case 4 -> versionstamp = in.bytes();
                case EXPIRES_AT -> expiresAt = Instant.ofEpochMilli(in.int64());
                default -> in.skip();
            }
        }
        return new KvEntry(
                KvKey.decode(key), value(data, encoding), Versionstamp.of(versionstamp), expiresAt);
    }

    static byte[] write(KvValue value) {
        return new ProtoWriter().bytes(1, value.data()).int64(2, encoding(value)).toBytes();
    }

    static KvValue readValue(byte[] message) {
        byte[] data = {};
        int encoding = 0;
        ProtoReader in = new ProtoReader(message);
        while (in.next()) {
            switch (in.field()) {
                case 1 -> data = in.bytes();
                case 2 -> encoding = in.int32();
                default -> in.skip();
            }
        }
        return value(data, encoding);
    }

    private static int encoding(KvValue value) {
        return switch (value) {
            case KvValue.V8 _ -> V8;
            case KvValue.U64 _ -> LE64;
            case KvValue.Bytes _ -> BYTES;
        };
    }

    private static KvValue value(byte[] data, int encoding) {
        return switch (encoding) {
            case V8 -> KvValue.v8(data);
            case LE64 -> KvValue.u64(data);
            case BYTES -> KvValue.bytes(data);
            default ->
                    throw new EchelonException(
                            ErrorCode.INVALID_ARGUMENT,
                            "The value encoding %d is unknown; use 1 (V8), 2 (64-bit integer) or 3 (bytes)"
                                    .formatted(encoding));
        };
    }
}
