package io.echelon.isolatepool.graal;

/**
 * What an isolate has allocated and what it was last seen to retain. Allocation is cheap to read
 * and says when to look; only what is retained counts against the quota.
 *
 * <p>Large arrays are announced before they are made; small objects come at some two megabytes a
 * millisecond, and the watchdog sees them a few milliseconds late. Therefore the first measurement
 * comes {@link #MARGIN_BYTES} before a whole quota was allocated, and each following one that much
 * before the rest of the quota could be used up, but not before {@link #STEP_BYTES} more were
 * allocated: one measurement takes a tenth of a second for a million objects, and a guest near its
 * quota would be measured all the time.
 */
final class MemoryAccount {
    private static final long MARGIN_BYTES = 16L << 20;
    private static final long STEP_BYTES = 24L << 20;

    private final long quotaBytes;
    private final long marginBytes;
    private final long stepBytes;
    private long finishedAllocated;
    private long runningAllocated;
    private long measuredAtAllocated;
    private long allowance;
    private long peakBytes;
    private boolean measuring;

    MemoryAccount(long quotaBytes) {
        this.quotaBytes = quotaBytes;
        this.marginBytes = Math.min(quotaBytes / 4, MARGIN_BYTES);
        this.stepBytes = Math.min(quotaBytes / 4, STEP_BYTES);
        this.allowance = quotaBytes - marginBytes;
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
        allowance = Math.max(quotaBytes - marginBytes - retainedBytes, stepBytes);
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
