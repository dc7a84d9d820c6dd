package io.echelon.edgeruntime;

/**
 * Whether a revision that is loaded here has isolates that stand ready, as of the last look. A
 * request asks this first, and the pool only when the answer is no.
 *
 * <p><b>Thread safety.</b> Any thread.
 */
final class Warmth {
    private final long loadNanos;
    private volatile boolean cold;

    /**
     * @param loadNanos how long it took to load the revision, its first isolates included
     */
    Warmth(long loadNanos) {
        this.loadNanos = loadNanos;
    }

    /** How long it took to load the revision, its first isolates included. */
    long loadNanos() {
        return loadNanos;
    }

    boolean isCold() {
        return cold;
    }

    void set(boolean isCold) {
        cold = isCold;
    }
}
