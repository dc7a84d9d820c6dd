package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.tenants.AppName;
import io.echelon.tenants.Json;
import io.echelon.tenants.LogLevel;
import io.echelon.tenants.LogRecord;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class LogStoreTest {
    private static final TenantName TENANT = TenantName.DEFAULT;
    private static final AppName APP = new AppName("hello");
    private static final RevisionId V1 = new RevisionId(TENANT, APP, 1);
    private static final RevisionId V2 = new RevisionId(TENANT, APP, 2);
    private static final LogQuery.Filter ALL =
            new LogQuery.Filter(Instant.EPOCH, 0, LogLevel.DEBUG, 10_000);

    @TempDir Path folder;

    private LogStore open() {
        return new LogStore(folder, "node-1", Clock.systemUTC());
    }

    @Test
    void keepsLinesOverARestart() throws Exception {
        try (LogStore store = open()) {
            store.write(V1, LogLevel.INFO, "first", "r1");
        }
        try (LogStore store = open()) {
            store.write(V1, LogLevel.INFO, "second", null);
        }
        try (LogStore store = open()) {
            List<LogRecord> lines = history(store, ALL);
            assertThat(lines).extracting(LogRecord::message).containsExactly("first", "second");
            assertThat(lines.getFirst().requestId()).isEqualTo("r1");
            assertThat(lines.getFirst().node()).isEqualTo("node-1");
        }
    }

    @Test
    void findsByRevisionLevelTimeAndNumber() throws Exception {
        try (LogStore store = open()) {
            store.write(V1, LogLevel.DEBUG, "a", null);
            store.write(V2, LogLevel.ERROR, "b", null);
            store.write(V2, LogLevel.INFO, "c", null);
        }
        try (LogStore store = open()) {
            assertThat(messages(store, new LogQuery.Filter(Instant.EPOCH, 2, LogLevel.DEBUG, 9)))
                    .containsExactly("b", "c");
            assertThat(messages(store, new LogQuery.Filter(Instant.EPOCH, 0, LogLevel.WARN, 9)))
                    .containsExactly("b");
            assertThat(messages(store, new LogQuery.Filter(Instant.EPOCH, 0, LogLevel.DEBUG, 2)))
                    .containsExactly("b", "c");
            assertThat(messages(store, new LogQuery.Filter(Instant.MAX, 0, LogLevel.DEBUG, 9)))
                    .isEmpty();
        }
    }

    @Test
    void tellsAFollowerEveryLineOnce() throws Exception {
        int count = 5_000;
        List<String> seen = new ArrayList<>();
        try (LogStore store = open()) {
            store.write(V1, LogLevel.INFO, "0", null);
            Semaphore written = new Semaphore(0);
            try (LogStore.Subscription _ = store.onWritten(written::release)) {
                Thread writer =
                        Thread.startVirtualThread(
                                () -> {
                                    for (int i = 1; i < count; i++) {
                                        store.write(V1, LogLevel.INFO, Integer.toString(i), null);
                                    }
                                });
                while (store.segments(TENANT, APP).isEmpty()) {
                    Thread.onSpinWait();
                }
                LogQuery query = new LogQuery(store.segments(TENANT, APP).orElseThrow(), ALL);
                query.history().forEach(line -> seen.add(read(line).message()));
                while (seen.size() < count) {
                    query.more().forEach(line -> seen.add(read(line).message()));
                    if (query.isAtEnd() && seen.size() < count) {
                        written.acquire();
                    }
                }
                writer.join();
            }
        }
        for (int i = 0; i < count; i++) {
            assertThat(seen.get(i)).isEqualTo(Integer.toString(i));
        }
    }

    @Test
    void cutsOffALineThatACrashCutShort() throws Exception {
        try (LogStore store = open()) {
            store.write(V1, LogLevel.INFO, "whole", null);
        }
        Path file;
        try (var files = Files.list(folder.resolve("default/hello"))) {
            file = files.findFirst().orElseThrow();
        }
        Files.writeString(file, "{\"time\":\"20", StandardOpenOption.APPEND);
        try (LogStore store = open()) {
            assertThat(messages(store, ALL)).containsExactly("whole");
        }
    }

    @Test
    void deletesTheOldestFilesAboveTheLimit() throws Exception {
        LogSegments segments = new LogSegments(folder, TENANT, APP);
        byte[] line = ("x".repeat(1024 * 1024 - 1) + "\n").getBytes(StandardCharsets.US_ASCII);
        for (int i = 0; i < 13; i++) {
            segments.append(ByteBuffer.wrap(line));
        }
        segments.trim(6L * 1024 * 1024, Instant.EPOCH);
        assertThat(segments.start().segment()).isEqualTo(3);
        long bytes = 0;
        LogSegments.Position position = segments.start();
        while (!position.equals(segments.end())) {
            LogSegments.Chunk chunk = segments.read(position, 100_000);
            bytes += chunk.bytes().length;
            position = chunk.next();
        }
        assertThat(bytes).isEqualTo(5L * 1024 * 1024);
        segments.close();
    }

    private static List<String> messages(LogStore store, LogQuery.Filter filter)
            throws IOException {
        return history(store, filter).stream().map(LogRecord::message).toList();
    }

    private static List<LogRecord> history(LogStore store, LogQuery.Filter filter)
            throws IOException {
        return new LogQuery(store.segments(TENANT, APP).orElseThrow(), filter)
                .history().stream().map(LogStoreTest::read).toList();
    }

    private static LogRecord read(byte[] line) {
        return Json.read(line, LogRecord.class);
    }
}
