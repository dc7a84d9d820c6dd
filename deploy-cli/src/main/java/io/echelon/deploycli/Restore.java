package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.BackupContents;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.Json;
import io.echelon.tenants.MasterKeys;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * Puts what a backup holds into the folder of a platform that has never run. It is made beside, and
 * becomes the first node's folder once it is whole and on the disk, so that a platform begins with
 * all of it or with nothing.
 */
final class Restore {
    private static final String MAKING = "restoring";
    private static final String FIRST_NODE = "node-1";

    private final Surroundings surroundings;
    private final PlatformFolder folder;

    Restore(Surroundings surroundings, PlatformFolder folder) {
        this.surroundings = surroundings;
        this.folder = folder;
    }

    /**
     * Restores a backup.
     *
     * @throws CliException when a platform has run in the folder, or the backup is not good; the
     *     folder has nothing of it then
     */
    void run(Path backup, Output output) throws IOException, InterruptedException {
        Path file = surroundings.resolve(backup);
        try (FileChannel _ = folder.lock()) {
            requireNew();
            folder.prepare();
            output.step("Restoring %s …".formatted(file));
            Path making = folder.path().resolve(MAKING);
            try {
                WorkFolder.deleteAny(making); // of one that was killed
                BackupContents contents = restore(file, making);
                Path node = folder.node(FIRST_NODE);
                SecretFile.createFolder(parent(node));
                Files.move(making, node, StandardCopyOption.ATOMIC_MOVE);
                DiskFolder.sync(parent(node));
                output.note("Restored " + BackupReport.summary(contents));
                warnOfKeys(contents.masterKeys(), output);
            } finally {
                WorkFolder.deleteAny(making);
            }
        }
    }

    private void requireNew() throws IOException {
        Path nodes = parent(folder.node(FIRST_NODE));
        boolean isNew = !Files.exists(nodes);
        if (!isNew) {
            try (Stream<Path> any = Files.list(nodes)) {
                isNew = any.findAny().isEmpty();
            }
        }
        if (!isNew || StoreReplicas.isKnown(folder)) {
            throw new CliException(
                    ExitCode.FAILED,
                    "A platform has run on %s, and a backup is restored into a new one only: choose another --data, or move this one away"
                            .formatted(folder.path()));
        }
    }

    private BackupContents restore(Path file, Path making)
            throws IOException, InterruptedException {
        SecretFile.createFolder(making);
        Path log = folder.log("restore");
        Process process =
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:+UseSerialGC",
                                "-Xmx512m",
                                "--enable-native-access=ALL-UNNAMED",
                                "-cp",
                                NodeJvm.classPath(surroundings.root()),
                                "io.echelon.edgeruntime.RestoreMain",
                                file.toString(),
                                making.toString())
                        .redirectError(log.toFile())
                        .start();
        process.getOutputStream().close();
        Thread stop = new Thread(process::destroyForcibly, "restore-stop");
        Runtime.getRuntime().addShutdownHook(stop);
        try {
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exitCode = process.waitFor();
            if (exitCode == 0) {
                return Json.read(said.getBytes(StandardCharsets.UTF_8), BackupContents.class);
            }
            throw failure(said, exitCode, log);
        } finally {
            Runtime.getRuntime().removeShutdownHook(stop);
        }
    }

    private static CliException failure(String said, int exitCode, Path log) throws IOException {
        JsonNode error = said.startsWith("{") ? Json.mapper().readTree(said).path("error") : null;
        return new CliException(
                error != null && error.path("code").asText().equals("STORAGE_FULL")
                        ? ExitCode.OVER_LIMIT
                        : ExitCode.FAILED,
                "Nothing was restored. "
                        + (error == null
                                ? "The program ended with exit code %d; %s says why"
                                        .formatted(exitCode, log)
                                : error.path("message").asText()));
    }

    private void warnOfKeys(List<String> needed, Output output) {
        Path file = ServerCommands.masterKeyFile(surroundings, folder);
        MasterKeys given;
        try {
            given = MasterKeys.of(surroundings.variable("ECHELON_MASTER_KEY"), file);
        } catch (EchelonException e) {
            output.note(e.reason());
            return;
        }
        List<String> absent = needed.stream().filter(id -> given.find(id).isEmpty()).toList();
        if (!absent.isEmpty()) {
            output.note(
                    "Secrets in it are sealed by the master key %s, which is not here: functions that have variables or secrets do not start before it is put into %s"
                            .formatted(String.join(", ", absent), file));
        }
    }

    private static Path parent(Path path) {
        return Parameter.given(path.getParent());
    }
}
