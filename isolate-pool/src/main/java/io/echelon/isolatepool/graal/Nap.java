package io.echelon.isolatepool.graal;

import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The sleep of a watchdog that has nothing to watch, which ends when somebody begins something.
 *
 * <p><b>Thread safety.</b> One thread sleeps, any may wake it. Who begins says so before it wakes,
 * and who sleeps looks after it has said that it does; so none of both is missed.
 */
final class Nap {
    private volatile @Nullable Thread asleep;

    /** Ends the sleep. Costs a read when nobody sleeps. */
    void end() {
        Thread thread = asleep;
        if (thread != null) {
            asleep = null;
            LockSupport.unpark(thread);
        }
    }

    /**
     * Sleeps until it is ended, and so long at most.
     *
     * @param quiet whether there is nothing to watch
     */
    void take(BooleanSupplier quiet, long nanos) {
        asleep = Thread.currentThread();
        if (quiet.getAsBoolean()) {
            LockSupport.parkNanos(this, nanos);
        }
        asleep = null;
    }
}
