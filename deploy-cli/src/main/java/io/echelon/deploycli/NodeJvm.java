package io.echelon.deploycli;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The JVM that guests' code runs on, as the build has made it: a JDK without its empty compiler
 * module, GraalVM's modules, and the AOT cache of a node's start.
 */
final class NodeJvm {
    /**
     * No file of counters for other processes. It is mapped into memory, and a collection that
     * counts itself there waits for the disk when the store's log keeps that busy.
     */
    static final String NO_COUNTERS = "-XX:+PerfDisableSharedMem";

    private final Path runtime;
    private final Path engine;
    private final List<String> cache;

    /**
     * @param surroundings whose root is the folder that the project was built in
     * @throws CliException when it was not built
     */
    NodeJvm(Surroundings surroundings, AotCache cache) {
        Path root = surroundings.root();
        this.runtime = root.resolve("edge-runtime/target/runtime/bin/java");
        this.cache = cache.of("node", surroundings);
        this.engine = root.resolve("isolate-pool/target/graal");
        for (Path needed : List.of(runtime, engine)) {
            if (!Files.exists(needed)) {
                throw new CliException(
                        ExitCode.FAILED,
                        "%s is missing: run `make build` in %s".formatted(needed, root));
            }
        }
    }

    /**
     * The class path of a node's programs besides the node itself.
     *
     * @param root the folder that the project was built in
     * @throws CliException when it was not built
     */
    static String classPath(Path root) {
        Path app = root.resolve("edge-runtime/target/quarkus-app");
        if (!Files.isDirectory(app)) {
            throw new CliException(
                    ExitCode.FAILED, "%s is missing: run `make build` in %s".formatted(app, root));
        }
        return String.join(
                File.pathSeparator, app + "/app/*", app + "/lib/main/*", app + "/lib/boot/*");
    }

    /**
     * A command line up to the program's own part.
     *
     * @param heap the most that it may take, as {@code -Xmx} has it
     */
    List<String> command(String heap) {
        List<String> command = new ArrayList<>();
        command.addAll(
                List.of(
                        runtime.toString(),
                        "-XX:+UnlockExperimentalVMOptions",
                        "-XX:+EnableJVMCI",
                        "--module-path=" + engine,
                        "--add-modules=ALL-MODULE-PATH",
                        "--enable-native-access=ALL-UNNAMED,org.graalvm.truffle",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-XX:+UseParallelGC",
                        "-Xmx" + heap,
                        NO_COUNTERS,
                        // A node has so many classes and compiles so much in its first minute;
                        // each bound that it passes is a collection of the whole heap.
                        "-XX:MetaspaceSize=128m",
                        "-XX:SweeperThreshold=50"));
        command.addAll(cache);
        return command;
    }
}
