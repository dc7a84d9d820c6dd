package com.oracle.truffle.api;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import java.util.function.BooleanSupplier;

/**
 * Keeps a guest that is to be stopped from catching that its stack is full. A thread that knows is
 * a {@link BooleanSupplier}.
 */
public final class StackEnds {
    private StackEnds() {}

    /** Called where the engine has caught something; throws it again when the guest is to stop. */
    @TruffleBoundary
    public static void caught(Throwable e) {
        if (e instanceof StackOverflowError full
                && Thread.currentThread() instanceof BooleanSupplier thread
                && thread.getAsBoolean()) {
            throw full;
        }
    }
}
