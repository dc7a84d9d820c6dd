package io.echelon.kvstore.connect;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.IOException;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The fields of one protobuf message, one after the other. Whatever is wrong with the bytes, the
 * only exception is INVALID_ARGUMENT, and no more memory is taken than the bytes themselves have.
 */
final class ProtoReader {
    private final CodedInputStream in;
    private int tag;

    ProtoReader(byte[] message) {
        in = CodedInputStream.newInstance(message);
    }

    /** Goes to the next field; false at the end. */
    boolean next() {
        return read(
                () -> {
                    tag = in.readTag();
                    return tag != 0;
                });
    }

    int field() {
        return WireFormat.getTagFieldNumber(tag);
    }

    byte[] bytes() {
        require(WireFormat.WIRETYPE_LENGTH_DELIMITED);
        return read(in::readByteArray);
    }

    long int64() {
        require(WireFormat.WIRETYPE_VARINT);
        return read(in::readInt64);
    }

    int int32() {
        require(WireFormat.WIRETYPE_VARINT);
        return read(in::readInt32);
    }

    /** A repeated integer, packed or not; each is given to a consumer. */
    void eachInt32(IntConsumer consumer) {
        if (WireFormat.getTagWireType(tag) == WireFormat.WIRETYPE_VARINT) {
            consumer.accept(int32());
            return;
        }
        CodedInputStream packed = CodedInputStream.newInstance(bytes());
        while (read(() -> !packed.isAtEnd())) {
            consumer.accept(read(packed::readInt32));
        }
    }

    boolean bool() {
        return int64() != 0;
    }

    /** Passes over a field that this version does not know. */
    void skip() {
        int wireType = WireFormat.getTagWireType(tag);
        if (wireType == WireFormat.WIRETYPE_START_GROUP
                || wireType == WireFormat.WIRETYPE_END_GROUP) {
            throw malformed(null);
        }
        read(() -> in.skipField(tag));
    }

    private void require(int wireType) {
        if (WireFormat.getTagWireType(tag) != wireType) {
            throw malformed(null);
        }
    }

    private interface Read<T> {
        T now() throws IOException;
    }

    private static <T> T read(Read<T> read) {
        try {
            return read.now();
        } catch (IOException e) {
            throw malformed(e);
        }
    }

    private static EchelonException malformed(@Nullable IOException cause) {
        return new EchelonException(
                ErrorCode.INVALID_ARGUMENT,
                "The body is no protobuf message of KV Connect; send what its schema says",
                cause);
    }
}
