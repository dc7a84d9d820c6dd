package io.echelon.tenants;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * How long each step of a process' start took, in the order of the steps.
 *
 * <p><b>Thread safety.</b> Any thread.
 */
public final class StartPhases {
    private final Map<String, Long> millis = new LinkedHashMap<>();
    private final LongSupplier uptimeMillis;
    private long last;

    /**
     * @param uptimeMillis since the process began
     */
    public StartPhases(LongSupplier uptimeMillis) {
        this.uptimeMillis = uptimeMillis;
    }

    /** Says that a step has ended, which began when the one before it ended. */
    public synchronized void ended(String phase) {
        long now = uptimeMillis.getAsLong();
        millis.merge(phase, now - last, Long::sum);
        last = now;
    }

    /** Milliseconds by step. */
    public synchronized Map<String, Long> millis() {
        return new LinkedHashMap<>(millis);
    }

    /** From the process' begin to the end of the last step. */
    public synchronized long totalMillis() {
        return last;
    }

    /** Such as {@code jvm 210, store 350}, in milliseconds. */
    @Override
    public String toString() {
        return millis().entrySet().stream()
                .map(phase -> "%s %,d".formatted(phase.getKey(), phase.getValue()))
                .collect(Collectors.joining(", "));
    }
}
