package io.echelon.isolatepool.graal;

import io.echelon.tenants.Limits;
import io.echelon.tenants.LogLevel;
import io.echelon.tenants.Outcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The calls that one isolate serves at a time, and how each of them ends: answered, failed, hung,
 * or with the isolate itself. Calls are added and looked up by any thread; they end on a turn, or
 * when no turn runs any more.
 */
final class IsolateCalls {
    private final JsIsolate isolate;
    private final IsolateOwner owner;
    private final Map<Integer, JsCall> calls = new ConcurrentHashMap<>(2);
    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger served = new AtomicInteger();
    private volatile boolean shut;

    IsolateCalls(JsIsolate isolate, IsolateOwner owner) {
        this.isolate = isolate;
        this.owner = owner;
    }

    /** Takes a call on; false when no more are taken. */
    boolean add(JsCall call) {
        calls.put(call.id(), call);
        count(call, 1);
        return !shut || !remove(call);
    }

    private boolean remove(JsCall call) {
        boolean removed = calls.remove(call.id()) != null;
        if (removed) {
            count(call, -1);
        }
        return removed;
    }

    private void count(JsCall call, int change) {
        if (!call.isEvent()) {
            requests.addAndGet(change);
        }
    }

    /** Where its next turn belongs. */
    Lane lane(Conduct conduct) {
        Lane lane = conduct.lane();
        return lane == Lane.SHORT && requests.get() == 0 ? Lane.EVENT : lane;
    }

    @Nullable JsCall get(int id) {
        return calls.get(id);
    }

    /** Number of calls under way. */
    int size() {
        return calls.size();
    }

    boolean isEmpty() {
        return calls.isEmpty();
    }

    /** How many calls have ended here by themselves. */
    int served() {
        return served.get();
    }

    /** Takes no call from here on if none is under way; false when one came in just now. */
    boolean shutWhenEmpty() {
        shut = true;
        if (calls.isEmpty()) {
            return true;
        }
        shut = false;
        return false;
    }

    /** Ends the calls that have come to their end. */
    void settle() {
        for (JsCall call : calls.values()) {
            Outcome failure = call.failure();
            if (failure != null) {
                finish(call, failure, "The function threw; its log has the error");
            }
            if (call.isDoneSaid()) {
                finish(call, Outcome.OK, null);
                end(call);
            }
        }
    }

    /** Ends all calls that were begun: nothing is left that could go on with them. */
    void endHung() {
        for (JsCall call : calls.values()) {
            if (!call.isEntered()) {
                continue; // its task is about to come
            }
            if (!call.isFinished() && !call.isBodyComplete()) {
                String message =
                        call.isHeadSent()
                                ? "hung: the response's body never ended, and nothing is left that could go on with it"
                                : "hung: the handler awaits a promise that nothing is left to settle: no timer, no fetch, no"
                                        + " other operation is pending";
                isolate.log(LogLevel.ERROR, message);
                finish(call, Outcome.HUNG, message);
            } else {
                finish(call, Outcome.OK, null);
            }
            end(call);
        }
    }

    /** Ends all calls for the reason that the isolate was stopped for, and logs it for each. */
    void endFor(GuestEnd.Reason reason) {
        for (JsCall call : calls.values()) {
            if (!call.isFinished()) {
                isolate.logUnlimited(
                        LogLevel.ERROR, reason.outcome().wireName() + ": " + reason.message());
            }
        }
        endAll(reason.outcome(), reason.message());
    }

    /** Ends all calls with the isolate; it takes no more. */
    void endAll(Outcome outcome, @Nullable String message) {
        shut = true;
        for (JsCall call : List.copyOf(calls.values())) {
            finish(call, outcome, message);
            if (remove(call)) {
                owner.served(isolate, call);
            }
        }
    }

    /** Answers all calls; they are under way still. */
    void finishAll(Outcome outcome, @Nullable String message) {
        for (JsCall call : calls.values()) {
            finish(call, outcome, message);
        }
    }

    private void finish(JsCall call, Outcome outcome, @Nullable String message) {
        call.finish(outcome, message, isolate.quota().peakBytes());
    }

    private void end(JsCall call) {
        if (!remove(call)) {
            return;
        }
        int dropped = call.logLinesDropped();
        if (dropped > 0) {
            isolate.logUnlimited(
                    LogLevel.WARN,
                    "%,d log lines were dropped; a request may write %,d"
                            .formatted(dropped, Limits.LOG_LINES_PER_REQUEST_MAX));
        }
        served.incrementAndGet();
        owner.served(isolate, call);
    }

    /** The request of the only call; empty when there are several, or none. */
    Optional<String> onlyRequestId() {
        return calls.size() == 1
                ? calls.values().stream().findFirst().map(only -> only.requestId())
                : Optional.empty();
    }
}
