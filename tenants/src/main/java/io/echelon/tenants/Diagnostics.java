package io.echelon.tenants;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.management.HotSpotDiagnosticMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryUsage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Writes down how a process is doing, for someone who asks why it is slow or stuck: a file of JSON
 * with a section for each part of the process. None may have what is secret.
 *
 * <p><b>Failure.</b> A part that fails or does not answer within {@value #PATIENCE_SECONDS} seconds
 * has that said in its place; the others are written all the same.
 *
 * <p><b>Thread safety.</b> Any thread; one file at a time.
 */
public final class Diagnostics {
    private static final long PATIENCE_SECONDS = 5;
    private static final int KEPT = 10;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final Path folder;
    private final String process;
    private final Clock clock;
    private final Map<String, Supplier<?>> sections = new LinkedHashMap<>();

    /**
     * @param folder where files go; made when the first is written
     * @param process what the files are called, beside the time
     */
    public Diagnostics(Path folder, String process, Clock clock) {
        this.folder = folder;
        this.process = process;
        this.clock = clock;
        section("process", this::ofProcess);
        section("memory", Diagnostics::memory);
        section("collectors", Diagnostics::collectors);
    }

    /** Adds a part, whose state is asked for whenever a file is written. */
    public synchronized void section(String name, Supplier<?> state) {
        sections.put(name, state);
    }

    /** Writes a file, and removes the oldest so that {@value #KEPT} are left. */
    public synchronized Path write() throws IOException {
        Files.createDirectories(folder);
        ObjectNode all = Json.mapper().createObjectNode();
        Map<String, CompletableFuture<JsonNode>> asked = new LinkedHashMap<>();
        sections.forEach((name, state) -> asked.put(name, ask(name, state)));
        asked.put("threads", ask("threads", this::threads));
        asked.forEach((name, answer) -> all.set(name, answer(answer)));
        Path file = folder.resolve("%s-%s.json".formatted(process, TIME.format(clock.instant())));
        Path partial = folder.resolve(file.getFileName() + ".part");
        Files.deleteIfExists(partial);
        Files.createFile(
                partial,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(
                partial,
                Json.mapper().writer(SerializationFeature.INDENT_OUTPUT).writeValueAsBytes(all));
        Files.move(partial, file);
        removeOldest();
        return file;
    }

    private static CompletableFuture<JsonNode> ask(String name, Supplier<?> state) {
        CompletableFuture<JsonNode> answer = new CompletableFuture<>();
        Thread.ofPlatform()
                .daemon()
                .name("echelon-diagnostics-" + name)
                .start(
                        () -> {
                            try {
                                answer.complete(Json.mapper().valueToTree(state.get()));
                            } catch (RuntimeException | LinkageError e) {
                                answer.completeExceptionally(e);
                            }
                        });
        return answer;
    }

    private static JsonNode answer(CompletableFuture<JsonNode> asked) {
        try {
            return asked.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
        } catch (TimeoutException e) {
            return Json.mapper()
                    .getNodeFactory()
                    .textNode("did not answer within %d s".formatted(PATIENCE_SECONDS));
        } catch (ExecutionException e) {
            return Json.mapper().getNodeFactory().textNode("failed: " + e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Json.mapper().getNodeFactory().textNode("interrupted");
        }
    }

    private Map<String, Object> ofProcess() {
        var runtime = ManagementFactory.getRuntimeMXBean();
        Map<String, Object> process = new LinkedHashMap<>();
        process.put("name", this.process);
        process.put("pid", runtime.getPid());
        process.put("startedAt", Instant.ofEpochMilli(runtime.getStartTime()));
        process.put("writtenAt", clock.instant());
        process.put("uptimeMillis", runtime.getUptime());
        process.put("java", runtime.getVmVersion());
        process.put("arguments", runtime.getInputArguments());
        process.put("processors", Runtime.getRuntime().availableProcessors());
        process.put(
                "loadAverage", ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
        return process;
    }

    private static Map<String, MemoryUsage> memory() {
        Map<String, MemoryUsage> memory = new LinkedHashMap<>();
        memory.put("heap", ManagementFactory.getMemoryMXBean().getHeapMemoryUsage());
        for (MemoryPoolMXBean pool : ManagementFactory.getMemoryPoolMXBeans()) {
            memory.put(pool.getName(), pool.getUsage());
        }
        return memory;
    }

    private static Map<String, Map<String, Long>> collectors() {
        Map<String, Map<String, Long>> collectors = new LinkedHashMap<>();
        for (GarbageCollectorMXBean bean : ManagementFactory.getGarbageCollectorMXBeans()) {
            collectors.put(
                    bean.getName(),
                    Map.of(
                            "collections", bean.getCollectionCount(),
                            "millis", bean.getCollectionTime()));
        }
        return collectors;
    }

    /** All threads, virtual ones too, as the JDK describes them. */
    private JsonNode threads() {
        Path file = folder.toAbsolutePath().resolve(process + "-threads.part");
        try {
            Files.deleteIfExists(file);
            ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class)
                    .dumpThreads(file.toString(), HotSpotDiagnosticMXBean.ThreadDumpFormat.JSON);
            return Json.mapper().readTree(file.toFile()).path("threadDump");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            try {
                Files.deleteIfExists(file);
            } catch (IOException left) {
                // The next dump removes it.
            }
        }
    }

    private void removeOldest() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> old =
                    files.filter(
                                    file ->
                                            file.getFileName()
                                                    .toString()
                                                    .matches(
                                                            process
                                                                    + "-[0-9]{8}T[0-9.]{10}Z\\.json"))
                            .sorted(java.util.Comparator.reverseOrder())
                            .skip(KEPT)
                            .toList();
            for (Path file : old) {
                Files.deleteIfExists(file);
            }
        }
    }
}
