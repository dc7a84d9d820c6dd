package io.echelon.isolatepool.graal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The threads that compile, the JVM's and the engine's, put behind those that serve. Code of a new
 * function keeps both busy for seconds, and a call that wants a processor would wait for each of
 * them in turn. On Linux they are found by their names in {@code /proc/self/task} ({@code
 * proc(5)}), of which the kernel keeps fifteen characters; elsewhere there are none.
 *
 * <p><b>Thread safety.</b> For one thread at a time.
 */
final class CompilerThreads {
    private static final Path TASKS = Path.of("/proc/self/task");
    private static final List<String> NAMES =
            List.of("C1 Compiler", "C2 Compiler", "TruffleCompiler");

    private Set<Integer> lowered = Set.of();

    /** Lowers those that were started since the last time. */
    void lower() {
        Set<Integer> present = new HashSet<>();
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (Path task : tasks) {
                int id = Integer.parseInt(String.valueOf(task.getFileName()));
                if (lowered.contains(id) || isCompiler(task)) {
                    present.add(id);
                }
            }
        } catch (IOException e) {
            return; // no Linux
        }
        for (int id : present) {
            if (!lowered.contains(id)) {
                ThreadPriority.COMPILING.giveTo(id);
            }
        }
        lowered = present;
    }

    private static boolean isCompiler(Path task) {
        try {
            String name = Files.readString(task.resolve("comm"));
            return NAMES.stream().anyMatch(name::startsWith);
        } catch (IOException e) {
            return false; // it has ended
        }
    }
}
