package io.echelon.edgeruntime;

import io.echelon.tenants.AppName;
import io.echelon.tenants.TenantName;
import io.echelon.tenants.TraceRecord;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The traces of the functions on this node, kept on its disk as their logs are: by app, seven days
 * or 16 MiB.
 *
 * <p><b>Lifecycle.</b> Writing goes through a queue to one thread; {@link #close} writes what is in
 * it.
 *
 * <p><b>Failure.</b> What comes faster than the disk takes it is dropped and counted.
 *
 * <p><b>Thread safety.</b> All methods may be called from any thread; {@link #add} never blocks.
 */
final class TraceStore implements AutoCloseable {
    static final long APP_MAX_BYTES = 16L * 1024 * 1024;
    static final Duration KEPT = Duration.ofDays(7);

    private static final Batches.Shape SHAPE = new Batches.Shape(4_096, 256, Duration.ZERO);

    private final AppFiles files;
    private final TraceMetrics metrics;
    private final Batches<TraceRecord> queue;

    /**
     * @param root the folder of all traces
     */
    TraceStore(Path root, Clock clock, TraceMetrics metrics) {
        this.files = new AppFiles(root, "Traces", clock);
        this.metrics = metrics;
        this.queue = new Batches<>("echelon-traces", SHAPE, this::store);
    }

    /** Keeps a trace, or counts its spans as dropped. */
    void add(TraceRecord trace) {
        if (!queue.offer(trace)) {
            metrics.notStored(trace.spans().size());
        }
    }

    /** The traces of an app; empty when this node has none. */
    Optional<LogSegments> segments(TenantName tenant, AppName app) {
        return files.segments(tenant, app);
    }

    @Override
    public void close() {
        queue.close();
        files.closeFiles();
    }

    private void store(List<TraceRecord> batch) {
        files.append(batch, trace -> AppKey.of(trace.call().revision()), APP_MAX_BYTES, KEPT);
    }
}
