package io.echelon.isolatepool.graal;

import io.echelon.isolatepool.GuestError;
import java.nio.ByteBuffer;
import org.graalvm.polyglot.Value;
import org.graalvm.polyglot.proxy.ProxyArray;
import org.jspecify.annotations.Nullable;

/** Values on their way across the border between a guest and Java. */
final class GuestValues {
    private static final int MAX_ARRAY_LENGTH = 100_000;

    /** Kinds of an operation's result, as the platform's {@code settle} takes them. */
    static final int REJECTED = 0;

    static final int PLAIN = 1;
    static final int BYTES = 2;
    static final int ARRAY = 3;

    private GuestValues() {}

    /** A guest's argument as Java has it; refuses what a binding can't take. */
    static @Nullable Object toHost(Value value) {
        if (value.isNull()) {
            return null;
        }
        if (value.isString()) {
            return value.asString();
        }
        if (value.isBoolean()) {
            return value.asBoolean();
        }
        if (value.isNumber()) {
            return number(value);
        }
        if (value.hasBufferElements()) {
            return bytes(value);
        }
        if (value.hasArrayElements()) {
            return array(value);
        }
        throw new GuestError(
                "TypeError", "an argument of a host operation is of no kind that it takes");
    }

    private static Object number(Value value) {
        if (value.fitsInInt()) {
            return value.asInt();
        }
        return value.fitsInLong() ? (Object) value.asLong() : (Object) value.asDouble();
    }

    /** A copy of an {@code ArrayBuffer}. */
    static byte[] bytes(Value buffer) {
        byte[] bytes = new byte[Math.toIntExact(buffer.getBufferSize())];
        buffer.readBuffer(0, bytes, 0, bytes.length);
        return bytes;
    }

    private static @Nullable Object[] array(Value value) {
        long length = value.getArraySize();
        if (length > MAX_ARRAY_LENGTH) {
            throw new GuestError(
                    "RangeError",
                    "an array of %,d elements was passed to the host; at most %,d are allowed"
                            .formatted(length, MAX_ARRAY_LENGTH));
        }
        @Nullable Object[] array = new @Nullable Object[(int) length];
        for (int i = 0; i < array.length; i++) {
            array[i] = toHost(value.getArrayElement(i));
        }
        return array;
    }

    /** The kind of an operation's result. */
    static int kind(@Nullable Object result) {
        if (result instanceof byte[]) {
            return BYTES;
        }
        return result instanceof Object[] ? ARRAY : PLAIN;
    }

    /** An operation's result as a guest takes it. */
    static @Nullable Object toGuest(@Nullable Object result) {
        if (result instanceof byte[] bytes) {
            return ByteBuffer.wrap(bytes);
        }
        if (result instanceof @Nullable Object[] array) {
            @Nullable Object[] converted = new @Nullable Object[array.length];
            for (int i = 0; i < array.length; i++) {
                converted[i] = toGuest(array[i]);
            }
            return ProxyArray.fromArray(converted);
        }
        return result;
    }
}
