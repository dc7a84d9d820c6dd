package io.echelon.controlplane;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.LogRecord;
import io.echelon.tenants.NodeRecord;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.jboss.logging.Logger;

/**
 * One caller's view of an app's log over all live nodes. While it follows, a node that joins is
 * read too, and a connection that broke is made again from the last line that it brought; lines of
 * that very moment are told apart by their content.
 *
 * <p>Lifecycle: reads from {@link #start} to {@link #close}.
 */
final class LogFanIn implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(LogFanIn.class);
    private static final Duration LOOK_FOR_NODES = Duration.ofSeconds(2);

    private final SystemDatabase database;
    private final NodeLogs logs;
    private final LogQuery query;
    private final LogMerge merge;
    private final Set<String> followed = ConcurrentHashMap.newKeySet();
    private final Map<String, LogPosition> positions = new ConcurrentHashMap<>();
    private final ExecutorService threads =
            Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("logs-", 0).factory());

    LogFanIn(SystemDatabase database, NodeLogs logs, LogQuery query) {
        this.database = database;
        this.logs = logs;
        this.query = query;
        this.merge = new LogMerge(query.limit(), System::nanoTime);
    }

    /** Begins to read from the nodes that are alive. */
    void start() {
        List<NodeRecord> nodes = database.nodes();
        switch (query.mode()) {
            case PAST -> threads.execute(() -> readAll(nodes));
            case FOLLOW -> {
                nodes.forEach(this::follow);
                threads.execute(this::lookForNodes);
            }
        }
    }

    /** The next lines in order; empty at the end, which a log that is followed does not have. */
    List<LogRecord> next() throws InterruptedException {
        return switch (query.mode()) {
            case PAST -> merge.takeAll();
            case FOLLOW -> merge.take();
        };
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }

    private void readAll(List<NodeRecord> nodes) {
        List<Thread> readers = new ArrayList<>();
        for (NodeRecord node : nodes) {
            readers.add(Thread.ofVirtual().name("logs-" + node.id()).start(() -> read(node)));
        }
        try {
            for (Thread reader : readers) {
                reader.join();
            }
        } catch (InterruptedException e) {
            readers.forEach(Thread::interrupt);
        }
        merge.complete();
    }

    private void follow(NodeRecord node) {
        if (followed.add(node.id())) {
            threads.execute(
                    () -> {
                        try {
                            read(node);
                        } finally {
                            followed.remove(node.id());
                        }
                    });
        }
    }

    private void read(NodeRecord node) {
        LogPosition position =
                positions.computeIfAbsent(node.id(), _ -> new LogPosition(query.since()));
        try {
            logs.read(node, query, position.begin(), line -> pass(line, position));
        } catch (IOException | IllegalArgumentException e) {
            LOG.warnf("The log of node %s could not be read: %s", node.id(), e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void pass(LogRecord line, LogPosition position) throws InterruptedException {
        if (position.isNew(line)) {
            merge.add(line);
        }
    }

    private void lookForNodes() {
        try {
            while (true) {
                Thread.sleep(LOOK_FOR_NODES);
                try {
                    database.nodes().forEach(this::follow);
                } catch (RejectedExecutionException e) {
                    return;
                } catch (EchelonException e) {
                    LOG.warnf("Nodes to follow could not be looked for: %s", e.reason());
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
