package io.echelon.tenants;

/**
 * The buckets into which durations are counted, so that percentiles can be told after the counts of
 * several nodes and minutes were added.
 *
 * <p>They are log-linear: below 16 µs one for each microsecond, above that eight for each power of
 * two, up to 2^30 µs (18 minutes), where everything longer is counted too. A bucket is at most an
 * eighth as wide as its durations, and its middle stands for them, so a percentile is off by 6.25 %
 * at most.
 */
public final class LatencyBuckets {
    public static final int COUNT = 224;

    private static final int EXACT = 16;
    private static final int PER_POWER = 8;
    private static final int BITS = 3;

    private LatencyBuckets() {}

    /** The bucket of a duration; negative ones count as zero. */
    public static int of(long micros) {
        if (micros < EXACT) {
            return (int) Math.max(0, micros);
        }
        int shift = Long.SIZE - 1 - Long.numberOfLeadingZeros(micros) - BITS;
        return Math.min(COUNT - 1, shift * PER_POWER + (int) (micros >>> shift));
    }

    /** The duration that stands for those of a bucket, in milliseconds. */
    public static double middleMs(int bucket) {
        if (bucket < EXACT) {
            return bucket / 1_000.0;
        }
        int shift = bucket / PER_POWER - 1;
        long lowest = (long) (PER_POWER + bucket % PER_POWER) << shift;
        return (lowest + (1L << shift) / 2.0) / 1_000.0;
    }
}
