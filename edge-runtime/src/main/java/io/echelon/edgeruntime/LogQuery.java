package io.echelon.edgeruntime;

import io.echelon.edgeruntime.LogSegments.Chunk;
import io.echelon.edgeruntime.LogSegments.Position;
import io.echelon.tenants.Json;
import io.echelon.tenants.LogLevel;
import io.echelon.tenants.LogRecord;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * A reader of one app's log: first the newest lines that match, then, call by call, what came after
 * them. What it has read is a position in the files, so nothing is lost or told twice between two
 * calls.
 *
 * <p><b>Thread safety.</b> For one thread at a time; reading blocks.
 */
final class LogQuery {
    static final int LIMIT_MAX = 10_000;

    private static final int CHUNK_BYTES = 256 * 1024;

    /**
     * Which lines match.
     *
     * @param since none older
     * @param revision number of a revision; 0 is all
     * @param level none below
     * @param limit how many of the newest, 1 to {@link #LIMIT_MAX}
     */
    record Filter(Instant since, int revision, LogLevel level, int limit) {
        boolean matches(LogRecord line) {
            return !line.time().isBefore(since)
                    && (revision == 0 || line.revision().number() == revision)
                    && line.level().compareTo(level) >= 0;
        }
    }

    private final LogSegments segments;
    private final Filter filter;
    private Position position;

    LogQuery(LogSegments segments, Filter filter) {
        this.segments = segments;
        this.filter = filter;
        this.position = segments.since(filter.since());
    }

    /** The newest lines up to now that match, oldest first, each with its line end. */
    List<byte[]> history() throws IOException {
        Deque<byte[]> newest = new ArrayDeque<>();
        for (List<byte[]> lines = more(); !lines.isEmpty() || !isAtEnd(); lines = more()) {
            for (byte[] line : lines) {
                newest.addLast(line);
                if (newest.size() > filter.limit()) {
                    newest.removeFirst();
                }
            }
        }
        return List.copyOf(newest);
    }

    /**
     * The next lines that match, of a bounded stretch of the log; none at its end, or none match.
     */
    List<byte[]> more() throws IOException {
        Chunk chunk = segments.read(position, CHUNK_BYTES);
        position = chunk.next();
        List<byte[]> lines = new ArrayList<>();
        byte[] bytes = chunk.bytes();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == '\n') {
                byte[] line = java.util.Arrays.copyOfRange(bytes, start, i + 1);
                if (matches(line)) {
                    lines.add(line);
                }
                start = i + 1;
            }
        }
        return lines;
    }

    /** Whether everything that has been written so far has been read. */
    boolean isAtEnd() {
        return position.equals(segments.end());
    }

    private boolean matches(byte[] line) {
        try {
            return filter.matches(Json.read(line, LogRecord.class));
        } catch (IllegalArgumentException damaged) {
            return false;
        }
    }
}
