package com.oracle.truffle.api;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import java.util.function.LongConsumer;

/**
 * Tells the thread of a guest, before an array is made, how many bytes it will take. A thread that
 * wants to know is a {@link LongConsumer}; it may stop the guest.
 */
public final class LargeArrays {
    /** What is smaller is left to whoever looks at the thread from outside. */
    private static final int LARGE_BYTES = 4096;

    private LargeArrays() {}

    public static void announce(int length, int elementBytes) {
        long bytes = (long) length * elementBytes;
        if (bytes > LARGE_BYTES) {
            tell(bytes);
        }
    }

    @TruffleBoundary
    private static void tell(long bytes) {
        if (Thread.currentThread() instanceof LongConsumer thread) {
            thread.accept(bytes);
        }
    }
}
