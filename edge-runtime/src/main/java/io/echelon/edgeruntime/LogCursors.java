package io.echelon.edgeruntime;

import io.echelon.edgeruntime.LogSegments.Position;
import io.echelon.tenants.AppName;
import io.echelon.tenants.Json;
import io.echelon.tenants.TenantName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * How far each app's lines have been shipped, written down now and then.
 *
 * <p><b>Failure.</b> What cannot be written is written later; after a crash meanwhile lines come
 * twice. A file that cannot be read counts as none, and all lines that are kept are shipped.
 *
 * <p><b>Thread safety.</b> For one thread.
 */
final class LogCursors {
    private static final Logger LOG = Logger.getLogger(LogCursors.class);
    private static final long WRITE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private record Row(TenantName tenant, AppName app, long segment, long offset) {}

    private record All(List<Row> apps) {
        All {
            apps = List.copyOf(apps);
        }
    }

    private final Path file;
    private final Map<AppKey, Position> positions = new HashMap<>();
    private boolean changed;
    private long writtenNanos = System.nanoTime();

    private LogCursors(Path file) {
        this.file = file;
    }

    static LogCursors read(Path file) {
        LogCursors cursors = new LogCursors(file);
        try {
            for (Row row : Json.read(Files.readAllBytes(file), All.class).apps()) {
                cursors.positions.put(
                        new AppKey(row.tenant(), row.app()),
                        new Position(row.segment(), row.offset()));
            }
        } catch (NoSuchFileException firstTime) {
            // All lines that are kept are shipped.
        } catch (IOException | RuntimeException e) {
            LOG.warnf("%s cannot be read; all lines are shipped again: %s", file, e.getMessage());
        }
        return cursors;
    }

    Position of(AppKey app, Position first) {
        return positions.getOrDefault(app, first);
    }

    void set(AppKey app, Position position) {
        changed |= !position.equals(positions.put(app, position));
    }

    /** Writes what has changed, at most every second. */
    void writeSometimes() {
        if (System.nanoTime() - writtenNanos > WRITE_NANOS) {
            write();
        }
    }

    /** Writes what has changed. */
    void write() {
        if (!changed) {
            return;
        }
        writtenNanos = System.nanoTime();
        try {
            Path partial = file.resolveSibling(file.getFileName() + ".part");
            Files.write(
                    partial,
                    Json.bytes(
                            new All(
                                    positions.entrySet().stream()
                                            .map(
                                                    entry ->
                                                            new Row(
                                                                    entry.getKey().tenant(),
                                                                    entry.getKey().app(),
                                                                    entry.getValue().segment(),
                                                                    entry.getValue().offset()))
                                            .toList())));
            Files.move(
                    partial,
                    file,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
            changed = false;
        } catch (IOException e) {
            LOG.warnf("How far lines were shipped could not be written: %s", e.getMessage());
        }
    }
}
