package io.echelon.edgeruntime;

import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvValue;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Writes what ranges hold, in the format that the platform's {@code HOST.md} describes. */
final class KvAnswer {
    static final byte V8 = 1;
    static final byte U64 = 2;
    static final byte BYTES = 3;

    /** What one answer may take; an isolate's largest array buffer is twice that. */
    static final int MAX_BYTES = 16 << 20;

    private static final int CUT = 0x8000;
    private static final int FIXED_ENTRY_BYTES = 2 + 20 + 1 + 4;

    private KvAnswer() {}

    private record Encoded(byte[] key, byte[] versionstamp, byte kind, byte[] value) {
        int bytes() {
            return FIXED_ENTRY_BYTES + key.length + value.length;
        }
    }

    /** The entries of each range, and of the last ones as many as fit into an answer. */
    static byte[] of(List<List<KvEntry>> ranges) {
        List<List<Encoded>> kept = new ArrayList<>(ranges.size());
        int bytes = 0;
        for (List<KvEntry> range : ranges) {
            bytes += Short.BYTES;
            List<Encoded> entries = new ArrayList<>(range.size());
            for (KvEntry entry : range) {
                Encoded encoded = encoded(entry);
                if (bytes + encoded.bytes() > MAX_BYTES) {
                    break;
                }
                bytes += encoded.bytes();
                entries.add(encoded);
            }
            kept.add(entries);
        }
        return written(ranges, kept, bytes);
    }

    private static byte[] written(List<List<KvEntry>> ranges, List<List<Encoded>> kept, int bytes) {
        ByteBuffer out = ByteBuffer.allocate(bytes);
        for (int i = 0; i < kept.size(); i++) {
            List<Encoded> entries = kept.get(i);
            boolean cut = entries.size() < ranges.get(i).size();
            out.putShort((short) (entries.size() | (cut ? CUT : 0)));
            for (Encoded entry : entries) {
                out.putShort((short) entry.key().length).put(entry.key());
                out.put(entry.versionstamp()).put(entry.kind());
                out.putInt(entry.value().length).put(entry.value());
            }
        }
        return out.array();
    }

    private static Encoded encoded(KvEntry entry) {
        return new Encoded(
                entry.key().encoded(),
                entry.versionstamp().hex().getBytes(StandardCharsets.ISO_8859_1),
                switch (entry.value()) {
                    case KvValue.V8 _ -> V8;
                    case KvValue.U64 _ -> U64;
                    case KvValue.Bytes _ -> BYTES;
                },
                entry.value().data());
    }
}
