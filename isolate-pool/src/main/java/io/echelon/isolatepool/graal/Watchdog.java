package io.echelon.isolatepool.graal;

import io.echelon.isolatepool.graal.TurnScheduler.TurnThread;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Looks at the running turns every millisecond: a turn that lasts makes room for another thread,
 * and one that has used up its CPU time or memory is stopped. It measures nothing itself that takes
 * time.
 */
final class Watchdog implements AutoCloseable {
    private static final long PERIOD_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    /** A turn that lasts so long without computing is blocked, and leaves its place. */
    private static final long LONG_WAIT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final int SWEEP_EVERY = 10;

    private final List<TurnScheduler> schedulers;
    private final Runnable sweep;
    private final Thread thread;
    private volatile boolean closed;

    /**
     * @param sweep run every ten milliseconds or so; must be quick
     */
    Watchdog(List<TurnScheduler> schedulers, Runnable sweep) {
        this.schedulers = List.copyOf(schedulers);
        this.sweep = sweep;
        this.thread = Thread.ofPlatform().name("isolate-watchdog").daemon().unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    private void run() {
        ThreadPriority.WATCHING.giveToCurrent();
        for (int round = 0; !closed; round++) {
            LockSupport.parkNanos(PERIOD_NANOS);
            long now = System.nanoTime();
            for (TurnScheduler scheduler : schedulers) {
                for (TurnThread turnThread : scheduler.threads()) {
                    inspect(scheduler, turnThread, now);
                }
            }
            if (round % SWEEP_EVERY == 0) {
                sweepSafely();
            }
        }
    }

    private void inspect(TurnScheduler scheduler, TurnThread turnThread, long now) {
        RunningTask task = turnThread.running();
        if (task == null) {
            return;
        }
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

    private void sweepSafely() {
        try {
            sweep.run();
        } catch (RuntimeException e) {
            PoolLog.error("the watchdog's sweep failed", e);
        }
    }

    @Override
    public void close() {
        closed = true;
    }
}
