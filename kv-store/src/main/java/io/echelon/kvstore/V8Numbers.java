package io.echelon.kvstore;

import java.math.BigInteger;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Numbers and bigints in V8's structured-clone format: a header 0xff and version, then a tag and
 * its content. {@code I} is a zig-zag and {@code U} a plain base-128 integer, {@code N} a
 * little-endian double, {@code Z} a bigint: its sign and the number of its bytes in one base-128
 * integer, then the magnitude, little-endian.
 */
final class V8Numbers {
    private static final int HEADER = 0xff;
    private static final int NEWEST_VERSION = 16;

    /** What is written, so that clients of the last years read it too. */
    private static final int WRITTEN_VERSION = 15;

    private static final int PADDING = 0;
    private static final int DIGIT_BYTES = 8;
    private static final int HEADER_AND_TAG_BYTES = 3;

    private V8Numbers() {}

    /** A Double or a BigInteger; empty when the value is anything else. */
    static Optional<Number> read(byte[] data) {
        ByteBuffer in = ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN);
        try {
            if ((in.get() & 0xff) != HEADER || varint(in) > NEWEST_VERSION) {
                return Optional.empty();
            }
            int tag = in.get();
            while (tag == PADDING) {
                tag = in.get();
            }
            Optional<Number> number =
                    switch (tag) {
                        case 'I' -> {
                            int zigzag = (int) varint(in);
                            yield Optional.of((double) ((zigzag >>> 1) ^ -(zigzag & 1)));
                        }
                        case 'U' -> Optional.of((double) varint(in));
                        case 'N' -> Optional.of(in.getDouble());
                        case 'Z' -> Optional.of(bigint(in));
                        default -> Optional.empty();
                    };
            return in.hasRemaining() ? Optional.empty() : number;
        } catch (BufferUnderflowException e) {
            return Optional.empty();
        }
    }

    static KvValue.V8 write(double number) {
        byte[] data = new byte[HEADER_AND_TAG_BYTES + Double.BYTES];
        start(data, 'N').putDouble(number);
        return new KvValue.V8(data);
    }

    static KvValue.V8 write(BigInteger number) {
        BigInteger magnitude = number.abs();
        int digits = (magnitude.bitLength() + 63) / 64;
        int bitfield = ((digits * DIGIT_BYTES) << 1) | (number.signum() < 0 ? 1 : 0);
        int bitfieldBytes =
                Math.max(1, (Integer.SIZE - Integer.numberOfLeadingZeros(bitfield) + 6) / 7);
        byte[] data = new byte[HEADER_AND_TAG_BYTES + bitfieldBytes + digits * DIGIT_BYTES];
        ByteBuffer out = start(data, 'Z');
        for (int i = bitfieldBytes - 1; i >= 0; i--) {
            int sevenBits = (bitfield >>> (7 * (bitfieldBytes - 1 - i))) & 0x7f;
            out.put((byte) (i == 0 ? sevenBits : sevenBits | 0x80));
        }
        for (int i = 0; i < digits; i++) {
            out.putLong(magnitude.shiftRight(64 * i).longValue());
        }
        return new KvValue.V8(data);
    }

    private static ByteBuffer start(byte[] data, char tag) {
        return ByteBuffer.wrap(data)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put((byte) HEADER)
                .put((byte) WRITTEN_VERSION)
                .put((byte) tag);
    }

    private static BigInteger bigint(ByteBuffer in) {
        long bitfield = varint(in);
        byte[] magnitude = new byte[(int) Math.min(bitfield >>> 1, in.remaining() + 1L)];
        in.get(magnitude);
        for (int i = 0, j = magnitude.length - 1; i < j; i++, j--) {
            byte swapped = magnitude[i];
            magnitude[i] = magnitude[j];
            magnitude[j] = swapped;
        }
        BigInteger value = new BigInteger(1, magnitude);
        return (bitfield & 1) == 0 ? value : value.negate();
    }

    /** An unsigned integer of 32 bits, seven to a byte, least first. */
    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; shift < 35; shift += 7) {
            int b = in.get();
            value |= (long) (b & 0x7f) << shift;
            if (b >= 0) {
                return value & 0xffff_ffffL;
            }
        }
        throw new BufferUnderflowException();
    }
}
