package io.echelon.deploycli;

import io.echelon.tenants.Json;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** The folder with all state of a platform on this machine: its secrets, its nodes, its logs. */
record PlatformFolder(Path path) {
    private static final String EMPTY =
            """
            # Settings of this platform's nodes and control plane, as NAME=value lines; what the
            # environment of `edge up` says comes first. `edge reload` has them read again.
            # docs/operations.md lists them and says which need a new start. For example:
            #ECHELON_LOG_LEVEL=debug
            #ECHELON_LOG_DAYS=14
            #ECHELON_EGRESS_ALLOW=10.0.0.0/8
            """;

    Path ownerToken() {
        return path.resolve("owner-token");
    }

    Path clusterSecret() {
        return path.resolve("cluster-secret");
    }

    /** What seals the keys that seal secrets. */
    Path masterKey() {
        return path.resolve("master-key");
    }

    /** Settings of all processes, which an operator writes and `edge reload` has read again. */
    Path configuration() {
        return path.resolve("echelon.conf");
    }

    /** Where processes write how they are doing. */
    Path diagnostics() {
        return path.resolve("diagnostics");
    }

    Path authority() {
        return path.resolve("ca");
    }

    Path node(String id) {
        return path.resolve("nodes").resolve(id);
    }

    /** Where a node that has the store, or its first replica of it, keeps it. */
    Path store(String id) {
        return node(id).resolve("kv");
    }

    /** Where a node keeps a replica of the store; the first one has the node's name. */
    Path store(String id, String replica) {
        return replica.equals(id) ? store(id) : node(id).resolve("kv." + replica);
    }

    Path log(String process) {
        return path.resolve("logs").resolve(process + ".log");
    }

    /** What a node has that joined a platform of another machine. */
    Path identity() {
        return path.resolve("identity");
    }

    /** Whether a platform of {@code edge up} has been here. */
    boolean isOfPlatform() {
        return Files.exists(ownerToken());
    }

    /** Makes the folder and the secrets that are not there yet; answers the owner's token. */
    String prepare() throws IOException {
        if (Files.exists(identity())) {
            throw new CliException(
                    ExitCode.FAILED,
                    "%s is the folder of a node that joined a platform; choose another --data"
                            .formatted(path));
        }
        prepareNode();
        SecretFile.readOrCreate(masterKey(), "");
        return SecretFile.readOrCreate(ownerToken(), "ek_");
    }

    /** Makes what a node alone needs; its secret is its own. */
    void prepareNode() throws IOException {
        SecretFile.createFolder(path.resolve("logs"));
        SecretFile.readOrCreate(clusterSecret(), "");
        if (!Files.exists(configuration())) {
            SecretFile.write(configuration(), EMPTY.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Takes the folder for one platform for as long as the lock is open. */
    FileChannel lock() throws IOException {
        FileChannel channel = tryLock();
        if (channel == null) {
            RunningPlatform running = running();
            throw new CliException(
                    ExitCode.FAILED,
                    "A platform already runs on %s%s: stop it with `edge down --data %s`, or choose another --data"
                            .formatted(
                                    path,
                                    running == null
                                            ? ""
                                            : " (process %d, %s)"
                                                    .formatted(
                                                            running.supervisor().pid(),
                                                            running.control()),
                                    path));
        }
        return channel;
    }

    /** The same; null when another process has the folder. */
    @Nullable FileChannel tryLock() throws IOException {
        SecretFile.createFolder(path);
        FileChannel channel =
                FileChannel.open(
                        path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            // This process has it already, which is as good as another's having it.
        }
        channel.close();
        return null;
    }

    void write(RunningPlatform running) throws IOException {
        SecretFile.write(file(), Json.bytes(running));
    }

    /** What the running platform, or the last that ended badly, wrote about itself. */
    @Nullable RunningPlatform running() throws IOException {
        try {
            return Json.read(Files.readAllBytes(file()), RunningPlatform.class);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** What the running platform wrote about itself. */
    RunningPlatform required() throws IOException {
        RunningPlatform running = running();
        if (running == null) {
            throw new CliException(
                    ExitCode.FAILED,
                    "No platform runs on %s; start one with edge up, or name its folder with --data"
                            .formatted(path));
        }
        return running;
    }

    void clear() throws IOException {
        Files.deleteIfExists(file());
    }

    private Path file() {
        return path.resolve("platform.json");
    }
}
