package io.echelon.edgeruntime;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;

/**
 * The open connections of one event loop of a public port. A node may have only so many on all of
 * its loops: each is a file of the process, and the store must not find that callers have them all.
 *
 * <p><b>Thread safety.</b> Used on its event loop; only the number is shared.
 */
final class OpenConnections {
    private static final int MOST = 50_000;
    private static final int LEAST = 64;

    /** The share of the process's files that public connections may have. */
    private static final double SHARE = 0.7;

    /** Among how many an idle one is looked for. */
    private static final int CANDIDATES = 1_000;

    private final Set<ConnectionGuard> open = new LinkedHashSet<>();
    private final AtomicInteger together;
    private final IntSupplier max;

    /**
     * @param together how many the node has
     * @param max how many those may be
     */
    OpenConnections(AtomicInteger together, IntSupplier max) {
        this.together = together;
        this.max = max;
    }

    /** How many public connections this process may have. */
    static int most() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean os
                ? Math.clamp((long) (os.getMaxFileDescriptorCount() * SHARE), LEAST, MOST)
                : MOST;
    }

    /**
     * Takes a new connection in. When there are too many, the one among the oldest that has been
     * idle the longest makes room, or else the new one goes.
     */
    void add(ConnectionGuard added) {
        open.add(added);
        if (together.incrementAndGet() > max.getAsInt()) {
            open.stream()
                    .limit(CANDIDATES)
                    .filter(ConnectionGuard::isIdle)
                    .max(Comparator.comparingLong(ConnectionGuard::idleNanos))
                    .orElse(added)
                    .close();
        }
    }

    void remove(ConnectionGuard closed) {
        if (open.remove(closed)) {
            together.decrementAndGet();
        }
    }

    /** Those that are open now. */
    List<ConnectionGuard> all() {
        return List.copyOf(open);
    }
}
