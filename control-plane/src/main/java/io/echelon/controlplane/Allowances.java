package io.echelon.controlplane;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;

/**
 * How much each of many keys may still do: some at once, and then so much a second. The {@value
 * #KEYS_MAX} keys that did something last are remembered.
 *
 * <p>Thread safety: safe for use by several threads.
 */
final class Allowances {
    static final int KEYS_MAX = 10_000;

    private static final double NANOS_PER_SECOND = 1e9;

    private record Allowance(double left, long nanos) {}

    private final int burst;
    private final double perSecond;
    private final LongSupplier nanos;
    private final Map<String, Allowance> byKey =
            new LinkedHashMap<>(16, 0.75f, true) {
                private static final long serialVersionUID = 1L;

                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Allowance> eldest) {
                    return size() > KEYS_MAX;
                }
            };

    /**
     * @param burst how much at once, 1 or more
     * @param perSecond how much a second after that, more than 0
     * @param nanos {@link System#nanoTime}
     */
    Allowances(int burst, double perSecond, LongSupplier nanos) {
        this.burst = burst;
        this.perSecond = perSecond;
        this.nanos = nanos;
    }

    /** Whether a key may do nothing now. */
    synchronized boolean isSpent(String key) {
        return left(key) < 1;
    }

    /** Counts one thing that a key did, whether it might or not. */
    synchronized void count(String key) {
        byKey.put(key, new Allowance(Math.max(0, left(key) - 1), nanos.getAsLong()));
    }

    /** Counts one thing that a key wants to do, unless it has to wait; then tells for how long. */
    synchronized Optional<Duration> take(String key) {
        double left = left(key);
        if (left < 1) {
            double seconds = (1 - left) / perSecond;
            return Optional.of(Duration.ofNanos((long) (seconds * NANOS_PER_SECOND)));
        }
        count(key);
        return Optional.empty();
    }

    /** How many keys are remembered. */
    synchronized int keys() {
        return byKey.size();
    }

    private double left(String key) {
        Allowance allowance = byKey.get(key);
        if (allowance == null) {
            return burst;
        }
        double seconds = (nanos.getAsLong() - allowance.nanos()) / NANOS_PER_SECOND;
        return Math.min(burst, allowance.left() + seconds * perSecond);
    }
}
