package io.echelon.isolatepool.graal;

import io.echelon.tenants.Outcome;

/**
 * Something that runs a tenant's code and serves calls with it: what the watchdog, the governor and
 * the calls themselves need of it.
 *
 * <p><b>Thread safety.</b> Every method may be called from any thread, and none but {@link
 * #measureNow} takes long.
 */
sealed interface Guest permits JsIsolate, WasiRun, WasiProgram {
    /**
     * Called by the watchdog while a task runs.
     *
     * @param cpuNanos CPU time of the task so far
     * @param allocated bytes that the task has allocated so far
     */
    void overseen(RunningTask task, long cpuNanos, long allocated);

    /** The most that may be retained now, judging by allocation, in bytes. */
    long suspectedBytes();

    /** Bytes retained, measured by the calling thread; -1 when the guest is gone. */
    long measureNow();

    /** Stops the guest from outside; the first reason counts. */
    void kill(Outcome outcome, String message);

    /** Tells the guest that a caller left, and ends the call. */
    void abort(JsCall call);

    /** Ends a call that has no head within its time. */
    void timeOut(JsCall call);
}
