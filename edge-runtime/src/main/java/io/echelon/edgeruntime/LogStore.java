package io.echelon.edgeruntime;

import io.echelon.tenants.AppName;
import io.echelon.tenants.LogLevel;
import io.echelon.tenants.LogRecord;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The logs of the functions on this node, kept on its disk, by app, as long as {@link LogRetention}
 * says.
 *
 * <p><b>Lifecycle.</b> Writing goes through a queue to one thread; {@link #close} writes what is in
 * it. Lines survive a restart once they have left the queue, which takes milliseconds.
 *
 * <p><b>Failure.</b> When lines come faster than the disk takes them, they are dropped, and a line
 * says how many. A disk that refuses is logged and its lines are dropped too.
 *
 * <p><b>Thread safety.</b> All methods may be called from any thread; {@link #write} never blocks.
 */
final class LogStore implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LogStore.class);
    private static final int QUEUE_LINES = 32 * 1024;
    private static final int BATCH_LINES = 2_048;

    /** Ends when it is closed. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    private final AppFiles files;
    private final String node;
    private final Clock clock;

    /** Lines; an empty one only wakes the writer. */
    private final BlockingQueue<Optional<LogRecord>> queue = new LinkedBlockingQueue<>(QUEUE_LINES);

    private final ConcurrentMap<RevisionId, LongAdder> dropped = new ConcurrentHashMap<>();
    private final Map<Object, Runnable> listeners = new ConcurrentHashMap<>();
    private final Thread writer;
    private volatile LogRetention retention = LogRetention.DEFAULT;
    private volatile boolean closed;

    /**
     * @param root the folder of all logs
     */
    LogStore(Path root, String node, Clock clock) {
        this.files = new AppFiles(root, "Lines", clock);
        this.node = node;
        this.clock = clock;
        this.writer = Thread.ofPlatform().daemon().name("echelon-log").start(this::run);
    }

    /** Has lines be kept for another time from now on. */
    void set(LogRetention now) {
        retention = now;
    }

    /** Takes a line of no trace, or counts it as dropped. */
    void write(RevisionId revision, LogLevel level, String message, @Nullable String requestId) {
        write(revision, level, message, requestId, null);
    }

    /** Takes a line, or counts it as dropped. */
    void write(
            RevisionId revision,
            LogLevel level,
            String message,
            @Nullable String requestId,
            @Nullable String traceId) {
        take(new LogRecord(clock.instant(), level, message, requestId, revision, node, traceId));
    }

    /** Takes a line that was written elsewhere, or counts it as dropped. */
    void take(LogRecord line) {
        if (closed || !queue.offer(Optional.of(line))) {
            dropped.computeIfAbsent(line.revision(), id -> new LongAdder()).increment();
        }
    }

    /** The lines of an app; empty when this node has none. */
    Optional<LogSegments> segments(TenantName tenant, AppName app) {
        return files.segments(tenant, app);
    }

    /** The lines of all apps that were written or asked for since the start. */
    Map<AppKey, LogSegments> open() {
        return files.open();
    }

    /** Opens the lines of all apps that this node has any of. */
    void openAll() {
        files.openAll();
    }

    /** Has a task run whenever lines have been written, until the subscription is closed. */
    Subscription onWritten(Runnable task) {
        Object key = new Object();
        listeners.put(key, task);
        return () -> listeners.remove(key);
    }

    @Override
    public void close() {
        closed = true;
        // An interrupt would close the file under the writer; when the queue is full it is awake.
        var _ = queue.offer(Optional.empty());
        try {
            writer.join(TimeUnit.SECONDS.toMillis(10));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        List<LogRecord> batch = new ArrayList<>(BATCH_LINES);
        while (true) {
            try {
                batch.clear();
                Optional<LogRecord> first = closed ? queue.poll() : queue.take();
                if (first == null) {
                    files.closeFiles();
                    return;
                }
                first.ifPresent(batch::add);
                while (batch.size() < BATCH_LINES) {
                    Optional<LogRecord> next = queue.poll();
                    if (next == null) {
                        break;
                    }
                    next.ifPresent(batch::add);
                }
                sayWhatWasDropped(batch);
                if (!batch.isEmpty()) {
                    store(batch);
                    listeners.values().forEach(Runnable::run);
                }
            } catch (InterruptedException unexpected) {
                LOG.warn("The log's writer was interrupted", unexpected);
            } catch (RuntimeException e) {
                LOG.error("Log lines could not be written", e);
            }
        }
    }

    private void sayWhatWasDropped(List<LogRecord> batch) {
        for (RevisionId revision : dropped.keySet()) {
            LongAdder count = dropped.remove(revision);
            if (count != null && count.sum() > 0) {
                batch.add(
                        new LogRecord(
                                clock.instant(),
                                LogLevel.WARN,
                                "%,d log lines were dropped because they came faster than this node writes them"
                                        .formatted(count.sum()),
                                null,
                                revision,
                                node));
            }
        }
    }

    private void store(List<LogRecord> batch) {
        LogRetention now = retention;
        files.append(batch, line -> AppKey.of(line.revision()), now.appBytes(), now.kept());
    }
}
