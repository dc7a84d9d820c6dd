package io.echelon.isolatepool.graal;

/**
 * What an isolate has allocated and what it was last seen to retain. Allocation is cheap to read
 * and says when to look; only what is retained counts against the quota.
 *
 * <p>Between the moment when enough was allocated and the one when the guest stands still, it goes
 * on allocating, up to some ten megabytes a millisecond. Therefore the first measurement comes
 * {@link #FIRST_MARGIN_BYTES} before a whole quota was allocated, and each following one {@link
 * #STEP_BYTES} before the rest of the quota could be used up, but not before the guest has
 * allocated that much again: else one near its quota would be measured all the time.
 */
final class MemoryAccount {
    private static final long FIRST_MARGIN_BYTES = 48L << 20;
    private static final long STEP_BYTES = 24L << 20;

    private final long quotaBytes;
    private final long stepBytes;
    private long finishedAllocated;
    private long runningAllocated;
    private long measuredAtAllocated;
    private long allowance;
    private long peakBytes;
    private boolean measuring;

    MemoryAccount(long quotaBytes) {
        this.quotaBytes = quotaBytes;
        this.stepBytes = Math.min(quotaBytes / 4, STEP_BYTES);
        this.allowance = quotaBytes - Math.min(quotaBytes / 2, FIRST_MARGIN_BYTES);
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
        allowance = Math.max(quotaBytes - stepBytes - retainedBytes, stepBytes);
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
