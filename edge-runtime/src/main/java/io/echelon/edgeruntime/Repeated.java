package io.echelon.edgeruntime;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A task that a thread of its own does again and again, with a pause before each time.
 *
 * <p><b>Lifecycle.</b> {@link #start} once; {@link #close} once, which does not wait for a time
 * that is under way.
 *
 * <p><b>Failure.</b> The task has to see to its own: what it throws ends the repetition.
 */
final class Repeated implements AutoCloseable {
    private final Duration pause;
    private final Runnable task;
    private final Thread thread;
    private volatile boolean closed;

    /**
     * @param name the thread's
     */
    Repeated(String name, Duration pause, Runnable task) {
        this.pause = pause;
        this.task = task;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::run);
    }

    void start() {
        thread.start();
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(thread);
    }

    private void run() {
        while (!closed) {
            LockSupport.parkNanos(pause.toNanos());
            if (!closed) {
                task.run();
            }
        }
    }
}
