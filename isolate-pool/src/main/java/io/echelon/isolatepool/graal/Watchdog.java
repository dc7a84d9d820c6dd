package io.echelon.isolatepool.graal;

import io.echelon.isolatepool.graal.TurnScheduler.TurnThread;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks at the running turns every millisecond: a turn that lasts makes room for another thread,
 * and one that has used up its CPU time or memory is stopped. It measures nothing itself that takes
 * time. When it has not seen a turn for a while it sleeps between two sweeps, until one begins.
 */
final class Watchdog implements AutoCloseable {
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** A turn that lasts so long without computing is blocked, and leaves its place. */
    private static final long LONG_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long SWEEP_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    /** Looks in a row that see no turn before it sleeps: a tenth of a second. */
    private static final int QUIET_LOOKS = 100;

    private final List<TurnScheduler> schedulers;
    private final Nap nap;
    private final Runnable sweep;
    private final Thread thread;
    private volatile boolean closed;

    private long swept = System.nanoTime();
    private int quietLooks;

    /**
     * @param nap ended when a turn begins
     * @param sweep run every ten milliseconds or so; must be quick
     */
    Watchdog(List<TurnScheduler> schedulers, Nap nap, Runnable sweep) {
        this.schedulers = List.copyOf(schedulers);
        this.nap = nap;
        this.sweep = sweep;
        this.thread = Thread.ofPlatform().name("isolate-watchdog").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        ThreadPriority.WATCHING.giveToCurrent();
        while (!closed) {
            try {
                look();
            } catch (RuntimeException | OutOfMemoryError e) {
                survive(e); // without a watchdog nothing has a limit any more
            }
        }
    }

    private void look() {
        if (quietLooks < QUIET_LOOKS) {
            LockSupport.parkNanos(PERIOD_NANOS);
        } else {
            nap.take(this::isQuiet, SWEEP_NANOS);
        }
        long now = System.nanoTime();
        quietLooks++;
        for (TurnScheduler scheduler : schedulers) {
            for (TurnThread turnThread : scheduler.threads()) {
                RunningTask task = turnThread.running();
                if (task != null) {
                    quietLooks = 0;
                    inspect(scheduler, turnThread, task, now);
                }
            }
        }
        if (now - swept >= SWEEP_NANOS) {
            swept = now;
            sweep.run();
        }
    }

    private static void survive(Throwable failure) {
        try {
            PoolLog.error("a look of the watchdog failed", failure);
        } catch (RuntimeException | OutOfMemoryError e) {
            // There is no memory to say so; the next look may find some.
        }
    }

    private boolean isQuiet() {
        for (TurnScheduler scheduler : schedulers) {
            for (TurnThread turnThread : scheduler.threads()) {
                if (turnThread.running() != null) {
                    return false;
                }
            }
        }
        return true;
    }

    private static void inspect(
            TurnScheduler scheduler, TurnThread turnThread, RunningTask task, long now) {
        long elapsed = now - task.startNanos();
        if (elapsed < PERIOD_NANOS) {
            return;
        }
        long cpuNanos = task.cpuNanos();
        long allocated = task.allocated();
        if (turnThread.running() != task) {
            return; // the counters are another task's
        }
        if (scheduler.hasWaitingWork()) {
            if (cpuNanos >= Conduct.LONG_NANOS) {
                scheduler.replaceAndLower(turnThread);
            } else if (elapsed > LONG_WAIT_NANOS) {
                scheduler.replace(turnThread);
            }
        }
        task.guest().overseen(task, cpuNanos, allocated);
    }

    @Override
    public void close() {
        closed = true;
    }
}
