package com.oracle.truffle.api;

import com.oracle.truffle.api.CompilerDirectives.TruffleBoundary;
import java.util.function.BooleanSupplier;

/**
 * Keeps a guest that is to be stopped from catching anything. A thread that knows is a {@link
 * BooleanSupplier}.
 */
public final class Catches {
    private Catches() {}

    /** Called where the engine has caught something; throws it again when the guest is to stop. */
    @TruffleBoundary
    public static void caught(Throwable e) {
        if (Thread.currentThread() instanceof BooleanSupplier thread && thread.getAsBoolean()) {
            throw again(e);
        }
    }

    @SuppressWarnings("unchecked") // what was thrown may be thrown, whatever its type
    private static <E extends Throwable> E again(Throwable e) throws E {
        throw (E) e;
    }
}
