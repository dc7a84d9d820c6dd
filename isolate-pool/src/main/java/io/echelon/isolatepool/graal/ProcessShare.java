package io.echelon.isolatepool.graal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** What this process gets of the processors, on Linux; elsewhere nothing happens. */
public final class ProcessShare {
    private static final Path TASKS = Path.of("/proc/self/task");

    private ProcessShare() {}

    /**
     * Has all threads of this process run only when no thread of another process wants a processor
     * ({@code sched(7)}, SCHED_IDLE), and all that they start. It cannot be taken back.
     */
    public static void onlyWhatOthersLeave() {
        try (DirectoryStream<Path> tasks = Files.newDirectoryStream(TASKS)) {
            for (Path task : tasks) {
                ThreadPriority.idle(Integer.parseInt(String.valueOf(task.getFileName())));
            }
        } catch (IOException e) {
            // No Linux.
        }
    }
}
