package io.echelon.isolatepool.graal;

import io.echelon.tenants.Outcome;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.ToLongFunction;

/**
 * Keeps the node alive when the quotas of all isolates together exceed the heap: as the old
 * generation fills up, it stops making isolates ahead of need, closes those that stand idle, and at
 * last closes the one that retains most.
 */
final class HeapGovernor {
    private static final long PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int SUSPECTS = 4;

    /** So far below the share at which a guest is closed, no isolate is made ahead of need. */
    private static final double WARNING = 0.1;

    /** A collection is worth while when so much of the old generation was filled since the last. */
    private static final double GROWTH = 0.05;

    private final Collection<RevisionPool> pools;
    private final PoolServices services;
    private final PoolCensus census;
    private final double share;
    private final Optional<MemoryPoolMXBean> oldGeneration;
    private final AtomicBoolean searching = new AtomicBoolean();
    private long quietUntilNanos = System.nanoTime();
    private double usedAfterCollection;

    /**
     * @param share of the old generation, 0.5 to 0.95, at which an offender is closed
     */
    HeapGovernor(
            Collection<RevisionPool> pools,
            PoolServices services,
            PoolCensus census,
            double share) {
        this.pools = pools;
        this.services = services;
        this.census = census;
        this.share = share;
        this.oldGeneration =
                ManagementFactory.getMemoryPoolMXBeans().stream()
                        .filter(pool -> pool.getType() == MemoryType.HEAP)
                        .filter(
                                pool ->
                                        pool.getName().contains("Old")
                                                || pool.getName().contains("Tenured"))
                        .findFirst();
    }

    /** Looks at the heap; called every ten milliseconds or so. */
    void sweep(long nowNanos) {
        if (nowNanos - quietUntilNanos < 0) {
            return;
        }
        if (usedShare() < share - WARNING) {
            census.noteRoom();
            return;
        }
        if (searching.compareAndSet(false, true)) {
            services.measure(this::relieve);
        }
        quietUntilNanos = nowNanos + PAUSE_NANOS;
    }

    private double usedShare() {
        return oldGeneration
                .map(MemoryPoolMXBean::getUsage)
                .filter(usage -> usage.getMax() > 0)
                .map(HeapGovernor::share)
                .orElse(0.0);
    }

    private static double share(MemoryUsage usage) {
        return (double) usage.getUsed() / usage.getMax();
    }

    private void relieve() {
        try {
            collect();
            double held = usedShare();
            if (held < share - WARNING) {
                census.noteRoom();
                return;
            }
            census.noteFull();
            pools.forEach(RevisionPool::closeIdle);
            if (held >= share) {
                closeLargest();
            }
        } finally {
            searching.set(false);
        }
    }

    /**
     * Collects what nobody holds any more: the old generation fills up with garbage before the
     * collector looks at it, and for that no guest may die.
     */
    private void collect() {
        double used = usedShare();
        if (used - usedAfterCollection > GROWTH) {
            System.gc();
            used = usedShare();
        }
        usedAfterCollection = used;
    }

    /** What a guest must retain at least for its end to be of any help. */
    private static long smallest() {
        return Runtime.getRuntime().maxMemory() / 64;
    }

    private void closeLargest() {
        List<Guest> live = new ArrayList<>();
        pools.forEach(pool -> pool.collectLive(live));
        Guest largest = null;
        long most = 0;
        for (Guest suspect : first(live, guest -> guest.quota().suspectedBytes())) {
            long retained = suspect.quota().measureNow();
            if (retained > most) {
                most = retained;
                largest = suspect;
            }
        }
        if (usedShare() < share) {
            return;
        }
        if (largest != null && most > smallest()) {
            close(largest, "kept", most);
            return;
        }
        live.stream()
                .max(Comparator.comparingLong(HeapGovernor::allocating))
                .filter(suspect -> allocating(suspect) > smallest())
                .ifPresent(suspect -> close(suspect, "allocated", allocating(suspect)));
    }

    /**
     * What a guest has allocated in the piece of work that it is at. Where nobody keeps much, the
     * heap is full of what a built-in is making, which stands in variables of Java until it
     * returns, so that no measurement finds it.
     */
    private static long allocating(Guest guest) {
        RunningTask task = guest.runningTask();
        return task == null ? 0 : task.allocated();
    }

    private static List<Guest> first(List<Guest> guests, ToLongFunction<Guest> bytes) {
        return guests.stream()
                .sorted(Comparator.comparingLong(bytes).reversed())
                .limit(SUSPECTS)
                .toList();
    }

    private void close(Guest guest, String verb, long bytes) {
        usedAfterCollection = 0; // what it leaves has to be collected
        guest.kill(
                Outcome.EXCEEDED_MEMORY,
                "The node's memory was full and this function %s the most, %,d MB"
                        .formatted(verb, bytes >> 20));
    }
}
