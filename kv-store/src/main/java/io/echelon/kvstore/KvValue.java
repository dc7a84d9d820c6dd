package io.echelon.kvstore;

import java.util.Arrays;

/** A value as it is stored; the store looks inside only for sum, min and max. */
public sealed interface KvValue {

    /** A JavaScript value in V8's structured-clone format. */
    record V8(byte[] data) implements KvValue {
        public V8 {
            data = checked(data);
        }

        @Override
        public int sizeBytes() {
            return data.length;
        }

        @Override
        public byte[] data() {
            return data.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof V8 that && Arrays.equals(data, that.data);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(data);
        }

        @Override
        public String toString() {
            return "V8[" + data.length + " bytes]";
        }
    }

    /** An unsigned 64-bit integer, eight bytes little-endian on the wire. */
    record U64(long value) implements KvValue {
        @Override
        public int sizeBytes() {
            return Long.BYTES;
        }

        @Override
        public byte[] data() {
            byte[] data = new byte[Long.BYTES];
            for (int i = 0; i < data.length; i++) {
                data[i] = (byte) (value >>> (8 * i));
            }
            return data;
        }

        @Override
        public String toString() {
            return Long.toUnsignedString(value);
        }
    }

    /** Bytes as they are: a Uint8Array, or the platform's own JSON. */
    record Bytes(byte[] data) implements KvValue {
        public Bytes {
            data = checked(data);
        }

        @Override
        public int sizeBytes() {
            return data.length;
        }

        @Override
        public byte[] data() {
            return data.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Bytes that && Arrays.equals(data, that.data);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(data);
        }

        @Override
        public String toString() {
            return "Bytes[" + data.length + " bytes]";
        }
    }

    /** How many the stored bytes are. */
    int sizeBytes();

    /** The stored bytes, at most {@link KvLimits#VALUE_MAX_BYTES}. */
    byte[] data();

    static KvValue bytes(byte[] data) {
        return new Bytes(data);
    }

    static KvValue v8(byte[] data) {
        return new V8(data);
    }

    static KvValue u64(long value) {
        return new U64(value);
    }

    /** The unsigned 64-bit integer of eight little-endian bytes. */
    static KvValue u64(byte[] littleEndian) {
        if (littleEndian.length != Long.BYTES) {
            throw Refusals.invalid(
                    "A 64-bit integer is %,d bytes; it must be 8".formatted(littleEndian.length));
        }
        long value = 0;
        for (int i = 0; i < Long.BYTES; i++) {
            value |= (littleEndian[i] & 0xffL) << (8 * i);
        }
        return new U64(value);
    }

    private static byte[] checked(byte[] data) {
        Refusals.size("A value", data.length, KvLimits.VALUE_MAX_BYTES);
        return data.clone();
    }
}
