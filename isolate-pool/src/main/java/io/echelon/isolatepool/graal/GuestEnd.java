package io.echelon.isolatepool.graal;

import io.echelon.tenants.Outcome;
import java.util.concurrent.atomic.AtomicReference;
import org.graalvm.polyglot.PolyglotException;
import org.jspecify.annotations.Nullable;

/**
 * How a guest is stopped from outside: once, for the first reason given, by cancelling its context.
 * A guest that does not stop is asked again and again, and its callers are answered meanwhile.
 */
final class GuestEnd {
    /** So long may cancelling take before callers are answered without waiting for it. */
    private static final double CANCEL_MILLIS = 250;

    /** How often a guest that did not stop is asked again. */
    private static final double INSIST_MILLIS = 50;

    /** Why a guest is stopped. */
    record Reason(Outcome outcome, String message) {}

    private final Guest guest;
    private final PoolServices services;
    private final AtomicReference<@Nullable Reason> reason = new AtomicReference<>();
    private volatile boolean killed;

    GuestEnd(Guest guest, PoolServices services) {
        this.guest = guest;
        this.services = services;
    }

    /** Why the guest ends; null while nothing speaks against its going on. */
    @Nullable Reason reason() {
        return reason.get();
    }

    /** Whether the guest was stopped from outside, and did not fail by itself. */
    boolean isKilled() {
        return killed;
    }

    /**
     * Says why a guest ends that is about to end by itself; false when another reason was first.
     */
    boolean settle(Outcome outcome, String message) {
        return reason.compareAndSet(null, new Reason(outcome, message));
    }

    /** Ends a guest that runs nothing any more; only the first reason counts. */
    void fail(Outcome outcome, String message) {
        if (settle(outcome, message)) {
            services.cancel(() -> guest.stopped(new Reason(outcome, message)));
        }
    }

    /** Stops the guest; only the first reason counts. */
    void kill(Outcome outcome, String message) {
        if (settle(outcome, message)) {
            killed = true;
            services.countKill();
            services.cancel(this::cancel);
            insistAfter(CANCEL_MILLIS);
        }
    }

    private void cancel() {
        Reason why = reason.get();
        IsolateEngine.GuestContext context = guest.context();
        if (context != null) {
            close(context);
        }
        if (why != null) {
            guest.stopped(why);
        }
    }

    private void insist() {
        Reason why = reason.get();
        IsolateEngine.GuestContext context = guest.context();
        if (why == null || context == null) {
            return;
        }
        RunningTask task = guest.runningTask();
        if (task != null) {
            services.engine().heapMeter().cancelWithin(context.metered());
            guest.slowToStop(why, task);
        }
        insistAfter(INSIST_MILLIS);
    }

    private void insistAfter(double millis) {
        if (!services.isClosing()) { // closing cancels every guest by itself
            var _ = services.schedule(this::insist, millis);
        }
    }

    /** Closes a context, whatever runs in it. */
    static void close(IsolateEngine.GuestContext context) {
        try {
            context.context().close(true);
        } catch (PolyglotException | IllegalStateException e) {
            // Cancelled while it ran: that is what was asked for.
        }
    }
}
