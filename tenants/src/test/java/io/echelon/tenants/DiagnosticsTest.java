package io.echelon.tenants;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DiagnosticsTest {
    @TempDir private Path folder;

    @Test
    void writesEachPartThreadsAndWhatFailed() throws IOException {
        Diagnostics diagnostics =
                new Diagnostics(folder.resolve("new"), "node-1", Clock.systemUTC());
        diagnostics.section("queues", () -> List.of(1, 2));
        diagnostics.section(
                "broken",
                () -> {
                    throw new IllegalStateException("no store");
                });

        Path file = diagnostics.write();

        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        JsonNode written = Json.mapper().readTree(file.toFile());
        assertThat(written.at("/queues/1").asInt()).isEqualTo(2);
        assertThat(written.path("broken").asText()).contains("no store");
        assertThat(written.at("/process/pid").asLong()).isEqualTo(ProcessHandle.current().pid());
        assertThat(written.at("/memory/heap/used").asLong()).isPositive();
        assertThat(written.path("threads").toString()).contains("DiagnosticsTest");
    }

    @Test
    void keepsTheLastTenAndLeavesOthersFilesAlone() throws IOException {
        AtomicLong seconds = new AtomicLong();
        Diagnostics diagnostics =
                new Diagnostics(
                        folder,
                        "node-1",
                        new Clock() {
                            @Override
                            public ZoneOffset getZone() {
                                return ZoneOffset.UTC;
                            }

                            @Override
                            public Clock withZone(java.time.ZoneId zone) {
                                return this;
                            }

                            @Override
                            public Instant instant() {
                                return Instant.EPOCH.plus(
                                        Duration.ofSeconds(seconds.incrementAndGet()));
                            }
                        });
        Files.createFile(folder.resolve("node-10-19700101T000000.000Z.json"));
        Path first = diagnostics.write();
        for (int i = 0; i < 10; i++) {
            assertThat(diagnostics.write()).exists();
        }
        assertThat(first).doesNotExist();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).hasSize(11);
        }
    }

    @Test
    void phasesOfAStartAddUp() {
        AtomicLong now = new AtomicLong(210);
        StartPhases phases = new StartPhases(now::get);
        phases.ended("jvm");
        now.set(1_560);
        phases.ended("store");
        assertThat(phases).hasToString("jvm 210, store 1,350");
        assertThat(phases.totalMillis()).isEqualTo(1_560);
    }
}
