package io.echelon.isolatepool.graal;

import io.echelon.isolatepool.GuestIdentity;
import io.echelon.isolatepool.PoolOptions;
import io.echelon.tenants.LogLevel;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.graalvm.polyglot.Context;

/** What all isolates of a pool share: the engine, the threads, the timers. */
final class PoolServices implements AutoCloseable {
    private static final double MAX_DELAY_MILLIS = Integer.MAX_VALUE;

    /** Heaps measured at a time; one waits while a guest does not stand still. */
    private static final int METERS = 4;

    /**
     * Threads that stand ready to cancel isolates: one that is started by a lowered thread is low
     * itself, unless the process may raise it again.
     */
    private static final int KILLERS = 2;

    private final IsolateEngine engine;
    private final Nap watchdogs = new Nap();
    private final Map<Lane, TurnScheduler> schedulers = new EnumMap<>(Lane.class);
    private final ScheduledThreadPoolExecutor timers;
    private final ExecutorService meters =
            Executors.newFixedThreadPool(METERS, this::newMeterThread);
    private final ThreadPoolExecutor killers =
            new ThreadPoolExecutor(
                    KILLERS,
                    Integer.MAX_VALUE,
                    1,
                    TimeUnit.MINUTES,
                    new SynchronousQueue<>(),
                    work -> thread("isolate-killer", work));
    private final AtomicLong kills = new AtomicLong();
    private volatile boolean closing;

    PoolServices(PoolOptions options) {
        engine = IsolateEngine.start(options.engine());
        for (Lane lane : Lane.values()) {
            schedulers.put(
                    lane,
                    new TurnScheduler(
                            lane, watchdogs, lane.threads(options.threads()), options.weights()));
        }
        timers =
                new ScheduledThreadPoolExecutor(
                        1, Thread.ofPlatform().name("isolate-timers").daemon().factory());
        timers.setRemoveOnCancelPolicy(true);
        killers.prestartAllCoreThreads();
        JvmThreads threads = new JvmThreads();
        var _ = timers.scheduleWithFixedDelay(threads::arrange, 0, 1, TimeUnit.SECONDS);
    }

    IsolateEngine engine() {
        return engine;
    }

    /** The threads of a lane. */
    TurnScheduler scheduler(Lane lane) {
        return Objects.requireNonNull(schedulers.get(lane));
    }

    /**
     * Who looks at the threads of every lane; not started yet.
     *
     * @param sweep run every ten milliseconds or so; must be quick
     */
    Watchdog newWatchdog(Runnable sweep) {
        return new Watchdog(List.copyOf(schedulers.values()), watchdogs, sweep);
    }

    /**
     * Cancels an isolate or the like, which can take a while; a pool that closes cancels all by
     * itself.
     */
    void cancel(Runnable cancellation) {
        try {
            killers.execute(cancellation);
        } catch (RejectedExecutionException e) {
            // Closing.
        }
    }

    boolean isClosing() {
        return closing;
    }

    /** Calls something once, after 0 or more milliseconds. */
    ScheduledFuture<?> schedule(Runnable task, double delayMillis) {
        long nanos = (long) (Math.min(delayMillis, MAX_DELAY_MILLIS) * 1e6);
        return timers.schedule(task, nanos, TimeUnit.NANOSECONDS);
    }

    private Thread newMeterThread(Runnable work) {
        return thread(
                "isolate-meter",
                () -> {
                    ThreadPriority.BEHIND.giveToCurrent();
                    makeKnownToEngine();
                    work.run();
                });
    }

    /** A thread of usual priority, whoever asks for it: the watchdog has a higher one. */
    private static Thread thread(String name, Runnable work) {
        return Thread.ofPlatform()
                .name(name)
                .daemon()
                .unstarted(
                        () -> {
                            ThreadPriority.SHORT_TURN.giveToCurrent();
                            work.run();
                        });
    }

    /** Lets a thread measure heaps: only one that was once inside a context can stop guests. */
    private void makeKnownToEngine() {
        Context context = engine.newJsContext(new BundleFiles(Map.of())).context();
        context.enter();
        context.leave();
        context.close();
    }

    /** Runs a measurement of a heap, a few at a time. */
    void measure(Runnable measurement) {
        try {
            meters.execute(
                    () -> {
                        try {
                            measurement.run();
                        } catch (RuntimeException e) {
                            PoolLog.error("a heap could not be measured", e);
                        }
                    });
        } catch (RejectedExecutionException e) {
            // Closing.
        }
    }

    void log(FunctionCode code, GuestIdentity guest, LogLevel level, String message) {
        code.image().log().write(guest, level, HostFunctions.cutLine(message));
    }

    void countKill() {
        kills.incrementAndGet();
    }

    long kills() {
        return kills.get();
    }

    @Override
    public void close() {
        closing = true;
        schedulers.values().forEach(TurnScheduler::close);
        timers.shutdownNow();
        meters.shutdownNow();
        killers.shutdown();
        engine.close();
    }
}
