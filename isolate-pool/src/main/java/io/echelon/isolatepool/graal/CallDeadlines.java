package io.echelon.isolatepool.graal;

import io.echelon.tenants.Outcome;
import java.util.Iterator;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;

/**
 * The wall-time limit of a revision's calls: a look at all of them every few milliseconds costs
 * less than a timer for each, since few are ever under way at a time.
 */
final class CallDeadlines {
    /**
     * Once asked to end from within, a call has this long before it is ended from outside. It
     * counts from the asking: on a busy machine that itself can come late.
     */
    private static final long GRACE_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private final Queue<JsCall> underWay = new ConcurrentLinkedQueue<>();
    private final long limitNanos;
    private final int limitMs;

    /**
     * @param limitMs time to the head of the response, in milliseconds
     */
    CallDeadlines(int limitMs) {
        this.limitMs = limitMs;
        this.limitNanos = TimeUnit.MILLISECONDS.toNanos(limitMs);
    }

    void add(JsCall call) {
        underWay.add(call);
    }

    /** Ends what is over its time and forgets what has ended. */
    void sweep(long nowNanos) {
        for (Iterator<JsCall> calls = underWay.iterator(); calls.hasNext(); ) {
            JsCall call = calls.next();
            if (call.isFinished() || call.isHeadSent()) {
                calls.remove();
                continue;
            }
            if (call.isTimeoutAsked()) {
                if (nowNanos - call.timeoutAskedNanos() > GRACE_NANOS) {
                    expire(call);
                }
            } else if (nowNanos - call.startNanos() > limitNanos) {
                expire(call);
            }
        }
    }

    private void expire(JsCall call) {
        Guest guest = call.server();
        if (guest != null) {
            guest.timeOut(call);
            return;
        }
        call.finish(
                Outcome.EXCEEDED_WALL_TIME,
                "No isolate was free for this call within %,d ms".formatted(limitMs),
                0);
    }
}
