package com.oracle.truffle.js.runtime;

import java.math.BigInteger;

/**
 * What {@link BigInt} calls instead of {@link BigInteger}, so that no single operation takes long:
 * Java's arithmetic has no safepoints, and its way of reading digits takes the square of their
 * number. What is too large is a RangeError, as it is beyond 2^30 bits in V8.
 */
public final class BoundBigInteger {
    /** The most bits of an operand; dividing or printing as many takes some 50 ms. */
    private static final int MAX_BITS = 1 << 19;

    /** The most characters of a number's text; reading as many takes some 60 ms. */
    private static final int MAX_CHARACTERS = 1 << 16;

    private BoundBigInteger() {}

    /** Checks the text of a number. */
    public static void check(String text) {
        check(text.length(), MAX_CHARACTERS);
    }

    public static BigInteger add(BigInteger left, BigInteger right) {
        checkBoth(left, right);
        return left.add(right);
    }

    public static BigInteger subtract(BigInteger left, BigInteger right) {
        checkBoth(left, right);
        return left.subtract(right);
    }

    public static BigInteger multiply(BigInteger left, BigInteger right) {
        check((long) left.bitLength() + right.bitLength(), MAX_BITS);
        return left.multiply(right);
    }

    public static BigInteger pow(BigInteger base, int exponent) {
        check((long) (base.bitLength() - 1) * exponent, MAX_BITS);
        return base.pow(exponent);
    }

    public static BigInteger shiftLeft(BigInteger value, int bits) {
        check(value.signum() == 0 ? 0 : (long) value.bitLength() + bits, MAX_BITS);
        return value.shiftLeft(bits);
    }

    public static BigInteger divide(BigInteger left, BigInteger right) {
        checkBoth(left, right);
        return left.divide(right);
    }

    public static BigInteger remainder(BigInteger left, BigInteger right) {
        checkBoth(left, right);
        return left.remainder(right);
    }

    public static BigInteger mod(BigInteger left, BigInteger right) {
        checkBoth(left, right);
        return left.mod(right);
    }

    public static BigInteger[] divideAndRemainder(BigInteger left, BigInteger right) {
        checkBoth(left, right);
        return left.divideAndRemainder(right);
    }

    public static String toString(BigInteger value, int radix) {
        check(value.bitLength(), MAX_BITS);
        return value.toString(radix);
    }

    public static String toString(BigInteger value) {
        return toString(value, 10);
    }

    private static void checkBoth(BigInteger left, BigInteger right) {
        check(Math.max(left.bitLength(), right.bitLength()), MAX_BITS);
    }

    private static void check(long size, int max) {
        if (size > max) {
            throw Errors.createRangeErrorBigIntMaxSizeExceeded();
        }
    }
}
