package io.echelon.isolatepool.graal;

/**
 * What an isolate has allocated and what it was last seen to retain. Allocation is cheap to read
 * and says when to look; only what is retained counts against the quota.
 *
 * <p>After a measurement the guest may allocate what is left of its quota before the next one, but
 * at least {@link #MIN_STEP_BYTES} (else a guest near its quota would be measured all the time) and
 * never so much that it could pass its quota by more than that.
 */
final class MemoryAccount {
    private static final long MIN_STEP_BYTES = 24L << 20;

    private final long quotaBytes;
    private long finishedAllocated;
    private long runningAllocated;
    private long measuredAtAllocated;
    private long allowance;
    private long peakBytes;
    private boolean measuring;

    MemoryAccount(long quotaBytes) {
        this.quotaBytes = quotaBytes;
        this.allowance = quotaBytes;
    }

    long quotaBytes() {
        return quotaBytes;
    }

    /** Adds a finished task's allocation. */
    synchronized void add(long allocated) {
        finishedAllocated += allocated;
        runningAllocated = 0;
    }

    /** Notes what the running task has allocated so far. */
    synchronized void noteRunning(long allocated) {
        runningAllocated = allocated;
    }

    /**
     * Whether enough was allocated for a measurement; true once until {@link #measured}.
     *
     * @param running what the running task has allocated so far
     */
    synchronized boolean mustMeasure(long running) {
        if (measuring || finishedAllocated + running - measuredAtAllocated <= allowance) {
            return false;
        }
        measuring = true;
        return true;
    }

    /** Takes a measurement of the retained heap. */
    synchronized void measured(long retainedBytes) {
        measuring = false;
        measuredAtAllocated = finishedAllocated + runningAllocated;
        peakBytes = Math.max(peakBytes, retainedBytes);
        allowance = Math.max(quotaBytes - retainedBytes, Math.min(quotaBytes / 4, MIN_STEP_BYTES));
    }

    /** Takes note that measuring failed; the next attempt is made after some more allocation. */
    synchronized void postponed() {
        measuring = false;
        allowance =
                finishedAllocated
                        + runningAllocated
                        - measuredAtAllocated
                        + Math.min(quotaBytes / 4, MIN_STEP_BYTES);
    }

    /** The most that was seen retained; 0 when it never had to be measured. */
    synchronized long peakBytes() {
        return peakBytes;
    }

    /** The most that may be retained now, judging by allocation. */
    synchronized long suspectedBytes() {
        return peakBytes + finishedAllocated + runningAllocated - measuredAtAllocated;
    }
}
