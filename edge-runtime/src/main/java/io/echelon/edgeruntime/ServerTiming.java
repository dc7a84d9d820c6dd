package io.echelon.edgeruntime;

/** Writes the value of the header {@code server-timing}. */
final class ServerTiming {
    private ServerTiming() {}

    /** Durations in nanoseconds, written in milliseconds with three digits. */
    static String of(long queueNanos, long cpuNanos, long totalNanos) {
        StringBuilder text = new StringBuilder(56);
        append(text.append("queue;dur="), queueNanos);
        append(text.append(", cpu;dur="), cpuNanos);
        append(text.append(", total;dur="), totalNanos);
        return text.toString();
    }

    private static void append(StringBuilder text, long nanos) {
        long micros = Math.max(0, nanos) / 1_000;
        int rest = (int) (micros % 1_000);
        text.append(micros / 1_000)
                .append('.')
                .append((char) ('0' + rest / 100))
                .append((char) ('0' + rest / 10 % 10))
                .append((char) ('0' + rest % 10));
    }
}
