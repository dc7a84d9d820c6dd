package io.echelon.edgeruntime;

import io.echelon.tenants.AppName;
import io.echelon.tenants.Json;
import io.echelon.tenants.LogLevel;
import io.echelon.tenants.LogRecord;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
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
 * The logs of the functions on this node, kept on its disk: by app, seven days or 64 MiB long.
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
    static final long APP_MAX_BYTES = 64L * 1024 * 1024;
    static final Duration KEPT = Duration.ofDays(7);

    private static final Logger LOG = Logger.getLogger(LogStore.class);
    private static final int QUEUE_LINES = 32 * 1024;
    private static final int BATCH_LINES = 2_048;
    private static final int OPEN_FILES_MAX = 256;

    /** Ends when it is closed. */
    interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    private record AppKey(TenantName tenant, AppName app) {
        static AppKey of(RevisionId revision) {
            return new AppKey(revision.tenant(), revision.app());
        }
    }

    private final Path root;
    private final String node;
    private final Clock clock;

    /** Lines; an empty one only wakes the writer. */
    private final BlockingQueue<Optional<LogRecord>> queue = new LinkedBlockingQueue<>(QUEUE_LINES);

    private final ConcurrentMap<RevisionId, LongAdder> dropped = new ConcurrentHashMap<>();
    private final ConcurrentMap<AppKey, LogSegments> apps = new ConcurrentHashMap<>();
    private final Map<Object, Runnable> listeners = new ConcurrentHashMap<>();
    private final Thread writer;
    private volatile boolean closed;

    /**
     * @param root the folder of all logs
     */
    LogStore(Path root, String node, Clock clock) {
        this.root = root;
        this.node = node;
        this.clock = clock;
        this.writer = Thread.ofPlatform().daemon().name("echelon-log").start(this::run);
    }

    /** Takes a line, or counts it as dropped. */
    void write(RevisionId revision, LogLevel level, String message, @Nullable String requestId) {
        LogRecord line = new LogRecord(clock.instant(), level, message, requestId, revision, node);
        if (closed || !queue.offer(Optional.of(line))) {
            dropped.computeIfAbsent(revision, id -> new LongAdder()).increment();
        }
    }

    /** The lines of an app; empty when this node has none. */
    Optional<LogSegments> segments(TenantName tenant, AppName app) {
        AppKey key = new AppKey(tenant, app);
        LogSegments open = apps.get(key);
        if (open == null && Files.isDirectory(root.resolve(tenant.value()).resolve(app.value()))) {
            open = open(key);
        }
        return Optional.ofNullable(open);
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
                    closeFiles();
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
        Map<AppKey, ByteArrayOutputStream> byApp = new HashMap<>();
        for (LogRecord line : batch) {
            ByteArrayOutputStream out =
                    byApp.computeIfAbsent(
                            AppKey.of(line.revision()), key -> new ByteArrayOutputStream());
            out.writeBytes(Json.bytes(line));
            out.write('\n');
        }
        byApp.forEach(
                (key, lines) -> {
                    try {
                        LogSegments segments = open(key);
                        segments.append(ByteBuffer.wrap(lines.toByteArray()));
                        segments.trim(APP_MAX_BYTES, clock.instant().minus(KEPT));
                    } catch (IOException e) {
                        LOG.errorf(
                                e, "Lines of %s/%s could not be written", key.tenant(), key.app());
                    }
                });
        if (apps.size() > OPEN_FILES_MAX) {
            closeFiles();
        }
    }

    private LogSegments open(AppKey key) {
        return apps.computeIfAbsent(key, k -> new LogSegments(root, k.tenant(), k.app()));
    }

    private void closeFiles() {
        for (LogSegments segments : apps.values()) {
            try {
                segments.close();
            } catch (IOException e) {
                LOG.debug("A log file could not be closed", e);
            }
        }
    }
}
