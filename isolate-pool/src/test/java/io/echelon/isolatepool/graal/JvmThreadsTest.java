package io.echelon.isolatepool.graal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class JvmThreadsTest {
    private static final Path TASKS = Path.of("/proc/self/task");

    @Test
    void compilersStandBehindAndCollectorsBeforeTheOthers() throws IOException {
        assumeTrue(Files.exists(TASKS), "there is no Linux here");
        new JvmThreads().arrange();
        assertThat(nicenessOf("C2 Compiler")).isNotEmpty().containsOnly(5);
        assertThat(nicenessOf("VM Thread")).containsExactly(isPermittedToRaise() ? -10 : 0);
        assertThat(nicenessOf("GC Thread"))
                .isNotEmpty()
                .containsOnly(isPermittedToRaise() ? -10 : 0);
        assertThat(nicenessOf("Finalizer")).containsExactly(0);
    }

    private static List<Integer> nicenessOf(String name) throws IOException {
        try (Stream<Path> tasks = Files.list(TASKS)) {
            return tasks.filter(task -> read(task, "comm").startsWith(name))
                    .map(JvmThreadsTest::niceness)
                    .toList();
        }
    }

    /** The 19th field of {@code /proc/TASK/stat}, of which the second is a name in parentheses. */
    private static int niceness(Path task) {
        String stat = read(task, "stat");
        return Integer.parseInt(stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1)[16]);
    }

    private static boolean isPermittedToRaise() {
        CompletableFuture<Boolean> permitted = new CompletableFuture<>();
        Thread.ofPlatform()
                .start(
                        () -> {
                            ThreadPriority.WATCHING.giveToCurrent();
                            int thread = ThreadPriority.currentThread();
                            permitted.complete(niceness(TASKS.resolve("" + thread)) < 0);
                        });
        return permitted.join();
    }

    private static String read(Path task, String file) {
        try {
            return Files.readString(task.resolve(file));
        } catch (IOException e) {
            return ""; // it has ended
        }
    }
}
