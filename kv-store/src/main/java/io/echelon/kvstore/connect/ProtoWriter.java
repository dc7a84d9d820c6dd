package io.echelon.kvstore.connect;

import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;

/** One protobuf message in the making. Fields that have their default value are left out. */
final class ProtoWriter {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
    private final CodedOutputStream out = CodedOutputStream.newInstance(bytes);

    ProtoWriter bytes(int field, byte[] value) {
        return value.length == 0 ? this : message(field, value);
    }

    /** A message, or an element of a repeated field; written even when it is empty. */
    ProtoWriter message(int field, byte[] value) {
        return write(() -> out.writeByteArray(field, value));
    }

    ProtoWriter int64(int field, long value) {
        return value == 0 ? this : write(() -> out.writeInt64(field, value));
    }

    /** An element of a repeated field of integers. */
    ProtoWriter element(int field, int value) {
        return write(() -> out.writeUInt32(field, value));
    }

    ProtoWriter bool(int field, boolean value) {
        return int64(field, value ? 1 : 0);
    }

    byte[] toBytes() {
        write(out::flush);
        return bytes.toByteArray();
    }

    private interface Write {
        void now() throws IOException;
    }

    private ProtoWriter write(Write write) {
        try {
            write.now();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
