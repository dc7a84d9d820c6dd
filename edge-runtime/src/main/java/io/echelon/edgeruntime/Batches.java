package io.echelon.edgeruntime;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/**
 * A bounded queue and a thread that takes from it in batches.
 *
 * <p><b>Lifecycle.</b> {@link #close} has what is queued taken, and waits for that, ten seconds at
 * most.
 *
 * <p><b>Thread safety.</b> Any thread may offer; it never blocks.
 */
final class Batches<T> implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Batches.class);
    private static final Duration FAREWELL = Duration.ofSeconds(10);

    /** Things to take; an empty one only wakes the thread. */
    private final BlockingQueue<Optional<T>> queue;

    private final Shape shape;
    private final Consumer<List<T>> taker;
    private final Thread thread;
    private volatile boolean closed;

    /**
     * How much at once, and when.
     *
     * @param queued most things that wait
     * @param batch most things that are taken together
     * @param linger how long a batch that is not full waits for more
     */
    record Shape(int queued, int batch, Duration linger) {}

    /**
     * @param taker may block; what it throws is logged
     */
    Batches(String threadName, Shape shape, Consumer<List<T>> taker) {
        this.queue = new LinkedBlockingQueue<>(shape.queued());
        this.shape = shape;
        this.taker = taker;
        this.thread = Thread.ofPlatform().daemon().name(threadName).start(this::run);
    }

    /** Has a thing taken later; false when there is no room for it. */
    boolean offer(T thing) {
        return !closed && queue.offer(Optional.of(thing));
    }

    boolean isClosed() {
        return closed;
    }

    @Override
    public void close() {
        closed = true;
        var _ = queue.offer(Optional.empty()); // when the queue is full the thread is awake
        try {
            thread.join(FAREWELL.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        while (true) {
            try {
                Optional<T> first = closed ? queue.poll() : queue.take();
                if (first == null) {
                    return;
                }
                List<T> batch = gather(first);
                if (!batch.isEmpty()) {
                    taker.accept(batch);
                }
            } catch (InterruptedException unexpected) {
                LOG.warnf(unexpected, "%s was interrupted", thread.getName());
            } catch (RuntimeException e) {
                LOG.errorf(e, "%s failed", thread.getName());
            }
        }
    }

    private List<T> gather(Optional<T> first) throws InterruptedException {
        List<T> batch = new ArrayList<>();
        first.ifPresent(batch::add);
        long end = System.nanoTime() + shape.linger().toNanos();
        while (batch.size() < shape.batch()) {
            Optional<T> next =
                    closed
                            ? queue.poll()
                            : queue.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
            if (next == null) {
                break;
            }
            next.ifPresent(batch::add);
        }
        return batch;
    }
}
