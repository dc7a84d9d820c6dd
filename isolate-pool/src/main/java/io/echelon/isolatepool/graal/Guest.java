package io.echelon.isolatepool.graal;

import io.echelon.tenants.Outcome;
import org.jspecify.annotations.Nullable;

/**
 * Something that runs a tenant's code and serves calls with it: what the watchdog, the governor and
 * the calls themselves need of it.
 *
 * <p><b>Thread safety.</b> Every method may be called from any thread, and none takes long.
 */
sealed interface Guest permits JsIsolate, WasiRun, WasiProgram {
    /** What it may use, and how much it keeps. */
    GuestQuota quota();

    /** What its code runs in; null before that is made, and when it is over. */
    IsolateEngine.@Nullable GuestContext context();

    /** The piece of work that it is at; null when it stands still. */
    @Nullable RunningTask runningTask();

    /**
     * Called by the watchdog while a task runs.
     *
     * @param cpuNanos CPU time of the task so far
     * @param allocated bytes that the task has allocated so far
     */
    void overseen(RunningTask task, long cpuNanos, long allocated);

    /** Whether it is to be stopped, or has been. */
    boolean isEnding();

    /** Stops the guest from outside; the first reason counts. */
    void kill(Outcome outcome, String message);

    /** Called when a guest that was killed runs no more. */
    void stopped(GuestEnd.Reason reason);

    /** Called, again and again, while a guest that was killed runs on. */
    void slowToStop(GuestEnd.Reason reason, RunningTask task);

    /** Tells the guest that a caller left, and ends the call. */
    void abort(JsCall call);

    /** Ends a call that has no head within its time. */
    void timeOut(JsCall call);
}
