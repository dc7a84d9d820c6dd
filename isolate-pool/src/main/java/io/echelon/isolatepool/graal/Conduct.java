package io.echelon.isolatepool.graal;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How a revision behaved of late, and so which lane its next turns take: three long ones, with few
 * short ones between them, move it, and some twenty short ones bring it back. A single one does
 * not: the first requests of a revision run in the interpreter.
 *
 * <p><b>Thread safety.</b> Any thread may call any method.
 */
final class Conduct {
    /** CPU time from which on a turn is a long one, in nanoseconds. */
    static final long LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(8);

    private static final int LONG_TURN = 16;
    private static final int SLOW = 3 * LONG_TURN - 6;
    private static final int MOST = 4 * LONG_TURN;

    /** Much is added for a long turn, and one taken for a short one. */
    private final AtomicInteger score = new AtomicInteger();

    private final CallBreaker breaker = new CallBreaker(System::nanoTime);

    /** Lets calls through, or not. */
    CallBreaker breaker() {
        return breaker;
    }

    /** Where its next turn belongs. */
    Lane lane() {
        return score.get() >= SLOW ? Lane.LONG : Lane.SHORT;
    }

    /** Counts a turn that has ended, by its CPU time. */
    void took(long cpuNanos) {
        if (cpuNanos >= LONG_NANOS) {
            score.updateAndGet(before -> Math.min(MOST, before + LONG_TURN));
        } else if (score.get() > 0) {
            score.updateAndGet(before -> Math.max(0, before - 1));
        }
    }
}
