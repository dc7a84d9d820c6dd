package io.echelon.kvstore;

import java.math.BigInteger;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;

/**
 * One part of a key. Parts sort by kind first: bytes, strings, bigints, numbers, booleans, as the
 * tuple encoding of Deno KV does (its manual puts numbers before bigints; its stored order does
 * not).
 */
public sealed interface KeyPart {

    /** Bytes; they sort as unsigned. */
    record Bytes(byte[] value) implements KeyPart {
        public Bytes {
            value = value.clone();
        }

        @Override
        public byte[] value() {
            return value.clone();
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Bytes that && Arrays.equals(value, that.value);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(value);
        }

        @Override
        public String toString() {
            return "0x" + HexFormat.of().formatHex(value);
        }
    }

    /** A string of well-formed Unicode; strings sort by code point. */
    record Text(String value) implements KeyPart {
        public Text {
            try {
                StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(value));
            } catch (CharacterCodingException e) {
                throw Refusals.invalid(
                        "A string in a key has half of a surrogate pair; use well-formed Unicode");
            }
        }

        @Override
        public String toString() {
            return '"' + value + '"';
        }
    }

    /** A whole number of JavaScript's type bigint, at most 255 bytes. */
    record Big(BigInteger value) implements KeyPart {
        /** Most bytes of the magnitude. */
        static final int MAX_BYTES = 255;

        public Big {
            Refusals.size("A bigint in a key", (value.abs().bitLength() + 7) / 8, MAX_BYTES);
        }

        @Override
        public String toString() {
            return value + "n";
        }
    }

    /** A number of JavaScript's type number; -0 sorts before 0, and NaN at the ends. */
    record Numeric(double value) implements KeyPart {
        private static final long NEGATIVE_NAN = 0xfff8_0000_0000_0000L;

        public Numeric {
            if (Double.isNaN(value)) {
                boolean negative = Double.doubleToRawLongBits(value) < 0;
                value = negative ? Double.longBitsToDouble(NEGATIVE_NAN) : Double.NaN;
            }
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Numeric that
                    && Double.doubleToRawLongBits(value) == Double.doubleToRawLongBits(that.value);
        }

        @Override
        public int hashCode() {
            return Long.hashCode(Double.doubleToRawLongBits(value));
        }

        @Override
        public String toString() {
            return Double.toString(value);
        }
    }

    /** A boolean; false sorts before true. */
    record Bool(boolean value) implements KeyPart {
        @Override
        public String toString() {
            return Boolean.toString(value);
        }
    }

    /**
     * The part that a Java value stands for: byte[], String, Boolean, BigInteger, and Integer, Long
     * or Double as a JavaScript number.
     */
    static KeyPart of(Object value) {
        return switch (value) {
            case KeyPart part -> part;
            case byte[] bytes -> new Bytes(bytes);
            case String text -> new Text(text);
            case Integer number -> new Numeric(number);
            case Long number -> exact(number);
            case Double number -> new Numeric(number);
            case BigInteger number -> new Big(number);
            case Boolean bool -> new Bool(bool);
            default ->
                    throw Refusals.invalid(
                            "A %s cannot be part of a key; use bytes, strings, numbers, bigints or booleans"
                                    .formatted(value.getClass().getSimpleName()));
        };
    }

    private static KeyPart exact(long number) {
        double value = number;
        if ((long) value != number || number == Long.MAX_VALUE) {
            throw Refusals.invalid(
                    "%d in a key has no exact JavaScript number; use a BigInteger"
                            .formatted(number));
        }
        return new Numeric(value);
    }
}
