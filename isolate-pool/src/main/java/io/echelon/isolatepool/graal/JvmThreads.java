package io.echelon.isolatepool.graal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Threads that the JVM and the engine start by themselves, given the priority of their work. Code
 * of a new function keeps those that compile busy for seconds, and a call that wants a processor
 * would wait for each of them in turn: they stand behind those that serve. For those that collect
 * everything else stands still, so they stand before all. On Linux they are found by their names in
 * {@code /proc/self/task} ({@code proc(5)}), of which the kernel keeps fifteen characters;
 * elsewhere there are none.
 *
 * <p><b>Thread safety.</b> For one thread at a time.
 */
final class JvmThreads {
    private static final Path TASKS = Path.of("/proc/self/task");
    private static final Map<String, ThreadPriority> BY_NAME =
            Map.of(
                    "C1 Compiler",
                    ThreadPriority.COMPILING,
                    "C2 Compiler",
                    ThreadPriority.COMPILING,
                    "TruffleCompiler",
                    ThreadPriority.COMPILING,
                    "GC Thread",
                    ThreadPriority.COLLECTING,
                    "VM Thread",
                    ThreadPriority.COLLECTING);

    private Set<Integer> known = Set.of();

    /** Gives those that were started since the last time their priority. */
    void arrange() {
        Set<Integer> present = new HashSet<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (Path task : tasks) {
                int id = Integer.parseInt(String.valueOf(task.getFileName()));
                ThreadPriority priority = known.contains(id) ? null : priorityOf(task);
                if (priority != null) {
                    priority.giveTo(id);
                }
                if (priority != null || known.contains(id)) {
                    present.add(id);
                }
            }
        } catch (IOException e) {
            return; // no Linux
        }
        known = present;
    }

    private static @Nullable ThreadPriority priorityOf(Path task) {
        try {
            String name = Files.readString(task.resolve("comm"));
            return BY_NAME.entrySet().stream()
                    .filter(entry -> name.startsWith(entry.getKey()))
                    .map(Map.Entry::getValue)
                    .findFirst()
                    .orElse(null);
        } catch (IOException e) {
            return null; // it has ended
        }
    }
}
