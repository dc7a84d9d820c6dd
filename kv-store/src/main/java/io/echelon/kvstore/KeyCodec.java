package io.echelon.kvstore;

import io.echelon.tenants.EchelonException;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The FoundationDB tuple encoding of keys, as Deno KV uses it: comparing encoded keys as unsigned
 * bytes compares the keys.
 *
 * <p>A part is a tag and its content. Bytes (0x01) and UTF-8 strings (0x02) end with 0x00, a zero
 * byte inside is followed by 0xff. A bigint of n ≤ 8 bytes has the tag 0x14 ± n and its magnitude,
 * big-endian, inverted when negative; a longer one the tag 0x1d or 0x0b and a length byte before
 * the magnitude, both inverted when negative. A number (0x21) is an IEEE double, big-endian, with
 * its sign bit flipped, or all bits when negative. False is 0x26, true 0x27.
 *
 * <p>Decoding accepts only what encoding produces, so that two different byte strings never mean
 * the same key.
 */
final class KeyCodec {
    private static final int BYTES = 0x01;
    private static final int STRING = 0x02;
    private static final int LONG_NEGATIVE = 0x0b;
    private static final int ZERO = 0x14;
    private static final int LONG_POSITIVE = 0x1d;
    private static final int DOUBLE = 0x21;
    private static final int FALSE = 0x26;
    private static final int TRUE = 0x27;
    private static final int ESCAPE = 0xff;
    private static final int SHORT_MAX_BYTES = 8;

    private KeyCodec() {}

    static byte[] encode(List<KeyPart> parts) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(64);
        for (KeyPart part : parts) {
            switch (part) {
                case KeyPart.Bytes bytes -> escaped(out, BYTES, bytes.value());
                case KeyPart.Text text ->
                        escaped(out, STRING, text.value().getBytes(StandardCharsets.UTF_8));
                case KeyPart.Big big -> big(out, big.value());
                case KeyPart.Numeric number -> number(out, number.value());
                case KeyPart.Bool bool -> out.write(bool.value() ? TRUE : FALSE);
            }
        }
        return out.toByteArray();
    }

    static KvKey decode(byte[] encoded) {
        Refusals.size("An encoded key", encoded.length, KvLimits.READ_KEY_MAX_BYTES);
        List<KeyPart> parts = new ArrayList<>();
        ByteBuffer in = ByteBuffer.wrap(encoded);
        while (in.hasRemaining()) {
            int tag = in.get() & 0xff;
            parts.add(
                    switch (tag) {
                        case BYTES -> new KeyPart.Bytes(unescaped(in));
                        case STRING -> new KeyPart.Text(utf8(unescaped(in)));
                        case DOUBLE -> new KeyPart.Numeric(number(take(in, Double.BYTES)));
                        case FALSE -> new KeyPart.Bool(false);
                        case TRUE -> new KeyPart.Bool(true);
                        default -> {
                            if (tag < LONG_NEGATIVE || tag > LONG_POSITIVE) {
                                throw malformed("has the unknown tag 0x%02x".formatted(tag));
                            }
                            yield new KeyPart.Big(big(in, tag));
                        }
                    });
        }
        KvKey key = new KvKey(parts);
        if (!Arrays.equals(key.encoded(), encoded)) {
            throw malformed("is not in canonical form");
        }
        return key;
    }

    private static void escaped(ByteArrayOutputStream out, int tag, byte[] content) {
        out.write(tag);
        for (byte b : content) {
            out.write(b);
            if (b == 0) {
                out.write(ESCAPE);
            }
        }
        out.write(0);
    }

    private static byte[] unescaped(ByteBuffer in) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(in.remaining());
        while (in.hasRemaining()) {
            byte b = in.get();
            if (b == 0) {
                if (!in.hasRemaining() || (in.get(in.position()) & 0xff) != ESCAPE) {
                    return out.toByteArray();
                }
                in.get();
            }
            out.write(b);
        }
        throw malformed("ends inside a part");
    }

    private static String utf8(byte[] bytes) {
        try {
            CharBuffer text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
            return text.toString();
        } catch (CharacterCodingException e) {
            throw malformed("has a string that is not UTF-8");
        }
    }

    private static void big(ByteArrayOutputStream out, BigInteger value) {
        byte[] magnitude = magnitude(value);
        boolean negative = value.signum() < 0;
        int mask = negative ? 0xff : 0;
        if (magnitude.length <= SHORT_MAX_BYTES) {
            out.write(negative ? ZERO - magnitude.length : ZERO + magnitude.length);
        } else {
            out.write(negative ? LONG_NEGATIVE : LONG_POSITIVE);
            out.write(magnitude.length ^ mask);
        }
        for (byte b : magnitude) {
            out.write(b ^ mask);
        }
    }

    private static BigInteger big(ByteBuffer in, int tag) {
        boolean negative = tag < ZERO;
        int mask = negative ? 0xff : 0;
        int length =
                tag == LONG_NEGATIVE || tag == LONG_POSITIVE
                        ? (take(in, 1)[0] ^ mask) & 0xff
                        : Math.abs(tag - ZERO);
        byte[] magnitude = take(in, length);
        for (int i = 0; i < length; i++) {
            magnitude[i] ^= (byte) mask;
        }
        BigInteger value = new BigInteger(1, magnitude);
        return negative ? value.negate() : value;
    }

    private static byte[] magnitude(BigInteger value) {
        if (value.signum() == 0) {
            return new byte[0];
        }
        byte[] bytes = value.abs().toByteArray();
        return bytes[0] == 0 ? Arrays.copyOfRange(bytes, 1, bytes.length) : bytes;
    }

    private static void number(ByteArrayOutputStream out, double value) {
        long bits = Double.doubleToRawLongBits(value);
        out.write(DOUBLE);
        out.writeBytes(
                ByteBuffer.allocate(Long.BYTES)
                        .putLong(bits < 0 ? ~bits : bits ^ Long.MIN_VALUE)
                        .array());
    }

    private static double number(byte[] bytes) {
        long bits = ByteBuffer.wrap(bytes).getLong();
        return Double.longBitsToDouble(bits < 0 ? bits ^ Long.MIN_VALUE : ~bits);
    }

    private static byte[] take(ByteBuffer in, int length) {
        if (in.remaining() < length) {
            throw malformed("ends inside a part");
        }
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    private static EchelonException malformed(String how) {
        return Refusals.invalid("An encoded key " + how + "; encode keys as Deno KV does");
    }
}
