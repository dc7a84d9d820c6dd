package io.echelon.isolatepool.graal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What the kernel says of threads that were given a priority. */
class ThreadPriorityTest {
    private static final Path KERNEL = Path.of("/proc/sys/kernel/osrelease");

    /** What {@code /proc/TASK/sched} says after a name and a colon. */
    private static String told(List<String> lines, String name) {
        return lines.stream()
                .filter(line -> line.startsWith(name + " "))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("");
    }

    private static List<String> afterwards(ThreadPriority priority) {
        CompletableFuture<List<String>> lines = new CompletableFuture<>();
        Thread.ofPlatform()
                .start(
                        () -> {
                            try {
                                priority.giveToCurrent();
                                lines.complete(
                                        Files.readAllLines(
                                                Path.of(
                                                        "/proc/self/task/%d/sched"
                                                                .formatted(
                                                                        ThreadPriority
                                                                                .currentThread()))));
                            } catch (Exception e) {
                                lines.completeExceptionally(e);
                            }
                        });
        return lines.join();
    }

    @Test
    void aThreadHasTheShareThatItWasGiven() throws Exception {
        assumeTrue(Files.exists(Path.of("/proc/self/sched")), "the kernel does not tell");
        assertThat(told(afterwards(ThreadPriority.SHORT_TURN), "prio")).isEqualTo("120");
        assertThat(told(afterwards(ThreadPriority.BEHIND), "prio")).isEqualTo("125");
        assertThat(told(afterwards(ThreadPriority.COMPILING), "prio")).isEqualTo("125");
        assertThat(told(afterwards(ThreadPriority.LONG_TURN), "prio")).isEqualTo("130");
    }

    @Test
    void whoIsToMakeRoomAtOnceHasALongSlice() throws Exception {
        assumeTrue(hasSlices(), "the kernel has slices of its own choice alone");
        assertThat(told(afterwards(ThreadPriority.COMPILING), "se.slice")).isEqualTo("100000000");
        assertThat(told(afterwards(ThreadPriority.LONG_TURN), "se.slice")).isEqualTo("100000000");
        assertThat(told(afterwards(ThreadPriority.BEHIND), "se.slice")).isEqualTo("10000000");
        assertThat(Long.parseLong(told(afterwards(ThreadPriority.SHORT_TURN), "se.slice")))
                .isLessThan(10_000_000);
    }

    /** From Linux 6.12 on. */
    private static boolean hasSlices() throws Exception {
        if (!Files.exists(KERNEL) || !Files.exists(Path.of("/proc/self/sched"))) {
            return false;
        }
        String[] version = Files.readString(KERNEL).strip().split("[^0-9]+", 3);
        int major = Integer.parseInt(version[0]);
        return major > 6 || (major == 6 && Integer.parseInt(version[1]) >= 12);
    }
}
