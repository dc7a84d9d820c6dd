package io.echelon.isolatepool.graal;

/**
 * How long it takes to make an isolate of a revision ready. The code of a revision is cold when it
 * is new, and a busy machine makes every start slow, so that a quicker one counts at once, and a
 * slower one by an eighth of the difference.
 *
 * <p><b>Thread safety.</b> Any thread; of two measurements at the same moment one may be lost.
 */
final class StartTime {
    private static final int SLUGGISHNESS = 8;

    private volatile long nanos;

    /**
     * Notes how long one took.
     *
     * @param took in nanoseconds, 0 or more
     */
    void measured(long took) {
        long before = nanos;
        nanos = before == 0 || took < before ? took : before + (took - before) / SLUGGISHNESS;
    }

    /** In nanoseconds; 0 before the first. */
    long nanos() {
        return nanos;
    }
}
