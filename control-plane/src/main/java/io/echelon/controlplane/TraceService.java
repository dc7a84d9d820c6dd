package io.echelon.controlplane;

import io.echelon.tenants.AppName;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.NodeRecord;
import io.echelon.tenants.TenantName;
import io.echelon.tenants.TraceRecord;
import io.echelon.tenants.TraceSummary;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.regex.Pattern;
import org.jboss.logging.Logger;

/** The traces of apps: what all live nodes recorded of them. */
@Singleton
final class TraceService {
    private static final Logger LOG = Logger.getLogger(TraceService.class);
    private static final Pattern TRACE_ID = Pattern.compile("[0-9a-f]{32}");

    /** How long nodes are waited for together. */
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final SystemDatabase database;
    private final AppService apps;
    private final NodeLogs nodes;

    TraceService(SystemDatabase database, AppService apps, NodeLogs nodes) {
        this.database = database;
        this.apps = apps;
        this.nodes = nodes;
    }

    /** The newest calls that match; blocks. */
    TraceViews.Calls list(TraceSearch search) {
        apps.require(search.tenant(), search.app());
        if (search.revision() != null) {
            apps.require(search.revision());
        }
        TraceSearch.Place after = search.after();
        List<TraceSummary> found =
                ask(search.asNodePath(), TraceSummary.class).stream()
                        .filter(call -> after == null || after.isBefore(call))
                        .sorted(TraceSearch.NEWEST_FIRST)
                        .limit(search.limit() + 1L)
                        .toList();
        boolean isAll = found.size() <= search.limit();
        List<TraceSummary> page = isAll ? found : found.subList(0, search.limit());
        return new TraceViews.Calls(
                page.stream().map(TraceViews.Call::of).toList(),
                isAll ? null : TraceSearch.Place.of(page.getLast()).cursor());
    }

    /** All that is kept of an app's part in a trace; blocks. */
    TraceViews.Trace get(TenantName tenant, AppName app, String traceId) {
        if (!TRACE_ID.matcher(traceId).matches()) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT,
                    "A trace's id is 32 hexadecimal digits in lower case");
        }
        apps.require(tenant, app);
        List<TraceRecord> records =
                ask(TraceSearch.asNodePath(tenant, app, traceId), TraceRecord.class).stream()
                        .sorted(Comparator.comparing(record -> record.call().start()))
                        .toList();
        if (records.isEmpty()) {
            throw new EchelonException(
                    ErrorCode.NOT_FOUND,
                    "Nothing of the trace %s is kept of app \"%s\"; it was not recorded, or is older than traces are kept"
                            .formatted(traceId, app));
        }
        Instant begin = begin(records);
        List<TraceViews.Span> spans =
                records.stream()
                        .flatMap(
                                record ->
                                        record.spans().stream()
                                                .map(
                                                        span ->
                                                                TraceViews.Span.of(
                                                                        record, span, begin)))
                        .sorted(Comparator.comparing(TraceViews.Span::start))
                        .toList();
        double end =
                spans.stream()
                        .mapToDouble(span -> span.offsetMs() + span.durationMs())
                        .max()
                        .orElse(0);
        return new TraceViews.Trace(
                traceId,
                begin,
                end,
                records.stream().map(record -> TraceViews.Call.of(record.call())).toList(),
                spans);
    }

    private static Instant begin(List<TraceRecord> records) {
        return records.stream()
                .flatMap(record -> record.spans().stream())
                .map(span -> span.start())
                .min(Comparator.naturalOrder())
                .orElse(Instant.EPOCH);
    }

    /** What all live nodes answer together; one that does not answer is left out. */
    private <T> List<T> ask(String path, Class<T> type) {
        List<T> all = Collections.synchronizedList(new ArrayList<>());
        List<Thread> readers = new ArrayList<>();
        for (NodeRecord node : database.nodes()) {
            readers.add(
                    Thread.ofVirtual()
                            .name("traces-" + node.id())
                            .start(() -> ask(node, path, type, all)));
        }
        long end = System.nanoTime() + PATIENCE.toNanos();
        try {
            for (Thread reader : readers) {
                if (!reader.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())))) {
                    reader.interrupt();
                }
            }
        } catch (InterruptedException e) {
            readers.forEach(Thread::interrupt);
            Thread.currentThread().interrupt();
        }
        synchronized (all) {
            return List.copyOf(all);
        }
    }

    private <T> void ask(NodeRecord node, String path, Class<T> type, List<T> all) {
        try {
            nodes.read(node, path, type, all::add);
        } catch (IOException | IllegalArgumentException e) {
            LOG.warnf("The traces of node %s could not be read: %s", node.id(), e.getMessage());
        } catch (InterruptedException e) {
            LOG.warnf("Node %s did not tell its traces in time", node.id());
        }
    }
}
