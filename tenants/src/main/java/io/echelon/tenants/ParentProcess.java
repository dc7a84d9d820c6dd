package io.echelon.tenants;

import java.util.Optional;

/**
 * The process that started this one and without which it is not to live on: when it ends, however
 * it ends, this process shuts down in good order.
 */
public final class ParentProcess {
    /** The environment variable with the process id to watch; when it is not set nothing is. */
    public static final String VARIABLE = "ECHELON_PARENT_PID";

    private ParentProcess() {}

    /**
     * Watches the process that {@link #VARIABLE} names, and runs an action once when it has ended,
     * or at once when it has ended already; the action is to end this process.
     */
    public static void whenGone(Runnable action) {
        String pid = System.getenv(VARIABLE);
        if (pid == null || pid.isBlank()) {
            return;
        }
        Optional<ProcessHandle> parent = ProcessHandle.of(Long.parseLong(pid.strip()));
        if (parent.isEmpty()) {
            action.run();
            return;
        }
        Thread.ofPlatform()
                .daemon()
                .name("parent-process-watch")
                .start(
                        () -> {
                            parent.get().onExit().join();
                            action.run();
                        });
    }
}
