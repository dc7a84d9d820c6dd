package io.echelon.edgeruntime;

import io.echelon.edgeruntime.LogSegments.Chunk;
import io.echelon.edgeruntime.LogSegments.Position;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Ships the lines of functions' logs on this node to a {@link LogSink}, in their order within an
 * app. The log store is its only buffer: what is written down how far each app's lines have been
 * taken, so that a sink that was away, or a node that was, goes on where it was; lines that the
 * store keeps no longer by then are counted and said.
 *
 * <p>Lines may come twice after a crash, or when a sink's answer is lost.
 *
 * <p><b>Lifecycle.</b> Ships from {@link #start} to {@link #close}, on a thread of its own. Nothing
 * that functions do waits for it.
 *
 * <p><b>Failure.</b> A sink that fails is asked again after 1, 2, 4 … 30 seconds.
 */
final class LogShipper implements AutoCloseable {
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);

    private static final Logger LOG = Logger.getLogger(LogShipper.class);
    private static final int CHUNK_BYTES = 64 * 1024;
    private static final int BATCH_BYTES = 1024 * 1024;
    private static final Duration PAUSE_MAX = Duration.ofSeconds(30);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(5);
    private static final Duration LAST_WORDS = Duration.ofSeconds(5);

    private final LogStore store;
    private final LogSink sink;
    private final LogCursors cursors;
    private final Duration firstPause;
    private final Counter shipped;
    private final Counter failures;
    private final Counter dropped;
    private final Semaphore written = new Semaphore(1);
    private final Thread thread =
            Thread.ofPlatform().daemon().name("echelon-log-shipping").unstarted(this::run);
    private volatile boolean closed;
    private volatile long behind;
    private int turn;

    /**
     * @param cursors the file that has how far lines were taken
     * @param firstPause before a sink that failed is asked again
     */
    LogShipper(
            LogStore store,
            LogSink sink,
            Path cursors,
            Duration firstPause,
            MeterRegistry registry) {
        this.store = store;
        this.sink = sink;
        this.cursors = LogCursors.read(cursors);
        this.firstPause = firstPause;
        this.shipped = registry.counter("echelon.log.shipping.bytes");
        this.failures = registry.counter("echelon.log.shipping.failures");
        this.dropped = registry.counter("echelon.log.shipping.dropped.bytes");
        Gauge.builder("echelon.log.shipping.behind", () -> behind)
                .baseUnit("bytes")
                .register(registry);
    }

    /** Begins to ship a node's lines; empty when its configuration names no sink. */
    static Optional<LogShipper> begin(
            EdgeConfiguration configuration, LogStore store, MeterRegistry registry) {
        return EdgeEnvironment.logSink(configuration)
                .map(
                        sink ->
                                begin(
                                        store,
                                        sink,
                                        configuration.data().resolve("log-shipping.json"),
                                        registry));
    }

    /**
     * Begins to ship lines.
     *
     * @param cursors the file that has how far lines were taken
     */
    static LogShipper begin(LogStore store, LogSink sink, Path cursors, MeterRegistry registry) {
        LogShipper shipper = new LogShipper(store, sink, cursors, FIRST_PAUSE, registry);
        shipper.start();
        return shipper;
    }

    void start() {
        thread.start();
    }

    /** Ships what is there for some seconds more, and writes down how far it came. */
    @Override
    public void close() {
        closed = true;
        written.release();
        try {
            if (!thread.join(LAST_WORDS)) {
                thread.interrupt();
                var _ = thread.join(LAST_WORDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        Duration pause = firstPause;
        try (LogStore.Subscription _ = store.onWritten(written::release)) {
            store.openAll();
            while (true) {
                boolean last = closed;
                try {
                    while (shipSome()) {
                        pause = firstPause;
                    }
                    if (last) {
                        return;
                    }
                    var _ = written.tryAcquire(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
                    written.drainPermits();
                } catch (IOException | RuntimeException e) {
                    failures.increment();
                    LOG.warnf(
                            "Log lines could not be shipped and will be again in %d s: %s",
                            pause.toSeconds(), e.getMessage());
                    if (last || closed) {
                        return;
                    }
                    TimeUnit.NANOSECONDS.sleep(pause.toNanos());
                    pause = shorter(pause.multipliedBy(2), PAUSE_MAX);
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        } finally {
            cursors.write();
        }
    }

    /** Ships a batch, some lines of each app that has any; whether there was one. */
    private boolean shipSome() throws IOException, InterruptedException {
        ByteArrayOutputStream batch = new ByteArrayOutputStream();
        Map<AppKey, Position> next = new LinkedHashMap<>();
        long left = 0;
        List<Map.Entry<AppKey, LogSegments>> apps = new ArrayList<>(store.open().entrySet());
        Collections.rotate(apps, turn++); // so that busy apps do not keep others waiting
        for (var app : apps) {
            LogSegments segments = app.getValue();
            Position from = cursors.of(app.getKey(), segments.start());
            long lost = segments.lostSince(from);
            if (lost > 0) {
                dropped.increment((double) lost);
                LOG.warnf(
                        "%,d bytes of log lines of %s/%s were not shipped: the log store did not keep them until the sink took them",
                        lost, app.getKey().tenant(), app.getKey().app());
                cursors.set(app.getKey(), segments.start());
                from = segments.start();
            }
            left += segments.bytesFrom(from);
            if (batch.size() < BATCH_BYTES) {
                Chunk chunk = segments.read(from, CHUNK_BYTES);
                if (!chunk.next().equals(from)) {
                    batch.writeBytes(chunk.bytes());
                    next.put(app.getKey(), chunk.next());
                }
            }
        }
        behind = left;
        if (batch.size() == 0) {
            next.forEach(cursors::set);
            cursors.writeSometimes();
            return false;
        }
        try {
            sink.send(batch.toByteArray());
            shipped.increment(batch.size());
        } catch (LogSink.Refused e) {
            dropped.increment(batch.size());
            LOG.warnf(
                    "%,d bytes of log lines were not shipped: the sink refused them for good, %s",
                    batch.size(), e.getMessage());
        }
        behind = left - batch.size();
        next.forEach(cursors::set);
        cursors.writeSometimes();
        return true;
    }

    private static Duration shorter(Duration one, Duration other) {
        return one.compareTo(other) < 0 ? one : other;
    }
}
