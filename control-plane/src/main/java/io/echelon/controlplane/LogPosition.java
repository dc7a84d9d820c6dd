package io.echelon.controlplane;

import io.echelon.tenants.LogRecord;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How far one node's log has been read, so that another connection can go on there: the newest
 * moment, and the lines of that moment, which come again. For one thread at a time.
 */
final class LogPosition {
    private @Nullable Instant newest;
    private final List<LogRecord> ofNewest = new ArrayList<>();
    private final List<LogRecord> comingAgain = new ArrayList<>();

    LogPosition(@Nullable Instant since) {
        this.newest = since;
    }

    /** Begins a connection; the moment to ask from, null for everything. */
    synchronized @Nullable Instant begin() {
        comingAgain.clear();
        comingAgain.addAll(ofNewest);
        return newest;
    }

    /** Notes a line; false when an earlier connection brought it already. */
    synchronized boolean isNew(LogRecord line) {
        if (comingAgain.remove(line)) {
            return false;
        }
        if (newest == null || line.time().isAfter(newest)) {
            newest = line.time();
            ofNewest.clear();
        }
        if (line.time().equals(newest)) {
            ofNewest.add(line);
        }
        return true;
    }
}
