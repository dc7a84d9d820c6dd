package io.echelon.edgeruntime;

import io.echelon.edgeruntime.LogSegments.Chunk;
import io.echelon.edgeruntime.LogSegments.Position;
import io.echelon.tenants.Json;
import io.echelon.tenants.TraceRecord;
import io.echelon.tenants.TraceSummary;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What is found among one app's traces on a node. Reading blocks; a look goes through all of them,
 * sixteen MiB at most.
 */
final class TraceQuery {
    static final int LIMIT_MAX = 1_001;

    /** Of one trace on one node; a trace may go through an app again and again. */
    static final int CALLS_MAX = 100;

    static final Comparator<TraceSummary> NEWEST_FIRST =
            Comparator.comparing(TraceSummary::start)
                    .thenComparing(TraceSummary::spanId)
                    .reversed();

    private static final int CHUNK_BYTES = 256 * 1024;

    /**
     * Which calls match.
     *
     * @param before none that began later
     * @param beforeSpan of those that began just then, none whose id is this or greater; null is
     *     all of them
     * @param revision number of a revision; 0 is all
     * @param outcome null is all
     * @param slower none that was quicker
     * @param request one request's alone; null is all
     * @param limit how many of the newest, 1 to {@link #LIMIT_MAX}
     */
    record Filter(
            Instant before,
            @Nullable String beforeSpan,
            int revision,
            @Nullable String outcome,
            Duration slower,
            @Nullable String request,
            int limit) {
        boolean matches(TraceSummary call) {
            return isBefore(call)
                    && (revision == 0 || call.revision().number() == revision)
                    && (outcome == null || outcome.equals(call.outcome()))
                    && call.durationNanos() >= slower.toNanos()
                    && (request == null || request.equals(call.requestId()));
        }

        private boolean isBefore(TraceSummary call) {
            int byTime = call.start().compareTo(before);
            return byTime < 0
                    || (byTime == 0
                            && (beforeSpan == null || call.spanId().compareTo(beforeSpan) < 0));
        }
    }

    /** The head of a line, without its spans. */
    private record Line(TraceSummary call) {}

    private final LogSegments segments;

    TraceQuery(LogSegments segments) {
        this.segments = segments;
    }

    /** The newest calls that match, the newest first. */
    List<TraceSummary> calls(Filter filter) throws IOException {
        PriorityQueue<TraceSummary> newest = new PriorityQueue<>(NEWEST_FIRST.reversed());
        read(
                line -> {
                    TraceSummary call = Json.read(bytes(line), Line.class).call();
                    if (filter.matches(call)) {
                        newest.add(call);
                        if (newest.size() > filter.limit()) {
                            newest.remove();
                        }
                    }
                });
        return newest.stream().sorted(NEWEST_FIRST).toList();
    }

    /** The calls of one trace with their spans, the oldest {@link #CALLS_MAX}. */
    List<TraceRecord> trace(String traceId) throws IOException {
        List<TraceRecord> found = new ArrayList<>();
        read(
                line -> {
                    if (found.size() < CALLS_MAX && line.contains(traceId)) {
                        TraceRecord record = Json.read(bytes(line), TraceRecord.class);
                        if (record.call().traceId().equals(traceId)) {
                            found.add(record);
                        }
                    }
                });
        return found;
    }

    private void read(Consumer<String> taker) throws IOException {
        Position position = segments.since(Instant.EPOCH);
        while (!position.equals(segments.end())) {
            Chunk chunk = segments.read(position, CHUNK_BYTES);
            if (chunk.bytes().length == 0 && chunk.next().equals(position)) {
                return;
            }
            position = chunk.next();
            for (String line : new String(chunk.bytes(), StandardCharsets.UTF_8).split("\n", -1)) {
                take(line, taker);
            }
        }
    }

    private static void take(String line, Consumer<String> taker) {
        if (!line.isEmpty()) {
            try {
                taker.accept(line);
            } catch (IllegalArgumentException damaged) {
                // As if it were not there.
            }
        }
    }

    private static byte[] bytes(String line) {
        return line.getBytes(StandardCharsets.UTF_8);
    }
}
