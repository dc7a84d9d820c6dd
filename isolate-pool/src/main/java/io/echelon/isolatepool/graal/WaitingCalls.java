package io.echelon.isolatepool.graal;

import io.echelon.tenants.Outcome;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * Calls that wait for an isolate of their revision: requests before events, those first come first
 * served, and not without bound.
 */
final class WaitingCalls {
    private final Queue<JsCall> requests = new ConcurrentLinkedQueue<>();
    private final Queue<JsCall> events = new ConcurrentLinkedQueue<>();
    private final AtomicInteger size = new AtomicInteger();
    private final int max;

    WaitingCalls(int max) {
        this.max = max;
    }

    /** Lets a call wait; one too many ends as {@code overloaded}. */
    boolean add(JsCall call) {
        if (size.incrementAndGet() > max) {
            size.decrementAndGet();
            call.finish(
                    Outcome.OVERLOADED,
                    "%,d calls already wait for an isolate of this function; try again"
                            .formatted(max),
                    0);
            return false;
        }
        (call.isEvent() ? events : requests).add(call);
        return true;
    }

    /** The next call that still wants an isolate. */
    @Nullable JsCall poll() {
        JsCall request = poll(requests);
        return request == null ? poll(events) : request;
    }

    private @Nullable JsCall poll(Queue<JsCall> calls) {
        JsCall call = calls.poll();
        while (call != null) {
            size.decrementAndGet();
            if (!call.isFinished()) {
                return call;
            }
            call = calls.poll();
        }
        return null;
    }

    /** Where an isolate for the next of them is to be made. */
    Lane lane() {
        return requests.isEmpty() ? Lane.EVENT : Lane.SHORT;
    }

    int size() {
        return size.get();
    }

    /** Ends all that wait. */
    void finishAll(Outcome outcome, String message) {
        for (JsCall call = poll(); call != null; call = poll()) {
            call.finish(outcome, message, 0);
        }
    }
}
