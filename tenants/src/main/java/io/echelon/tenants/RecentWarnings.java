package io.echelon.tenants;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.logging.Formatter;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * The last {@value #KEPT} warnings and errors of a process' own log.
 *
 * <p><b>Thread safety.</b> Any thread.
 */
public final class RecentWarnings extends Handler {
    /** How a line of them looks, as a pattern of JBoss LogManager. */
    public static final String LINE = "%d{yyyy-MM-dd'T'HH:mm:ss.SSSXXX} %-5p %c{1} %s%e";

    private static final int KEPT = 100;
    private static final int CHARS_MAX = 4_000;

    private final Formatter lines;
    private final Deque<String> recent = new ArrayDeque<>();

    /**
     * @param lines makes a line of a record
     */
    public RecentWarnings(Formatter lines) {
        this.lines = lines;
        setLevel(Level.WARNING);
    }

    /** Begins to take what every logger says. */
    public void listen() {
        Logger.getLogger("").addHandler(this);
    }

    /** What was said, the oldest first. */
    public synchronized List<String> recent() {
        return List.copyOf(recent);
    }

    @Override
    public void publish(java.util.logging.LogRecord record) {
        if (!isLoggable(record)) {
            return;
        }
        String line = lines.format(record).strip();
        synchronized (this) {
            if (recent.size() == KEPT) {
                recent.removeFirst();
            }
            recent.addLast(line.substring(0, Math.min(line.length(), CHARS_MAX)));
        }
    }

    @Override
    public void flush() {
        // Nothing is kept back.
    }

    @Override
    public void close() {
        Logger.getLogger("").removeHandler(this);
    }
}
