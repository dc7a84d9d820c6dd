package io.echelon.isolatepool;

import java.util.concurrent.CompletableFuture;

/**
 * Runs single programs, each in an isolate of its own.
 *
 * <p><b>Lifecycle.</b> Closing ends what still runs.
 *
 * <p><b>Failure.</b> What goes wrong in a program is written to its errors and told by its exit
 * code.
 *
 * <p><b>Thread safety.</b> Every method may be called from any thread, and none blocks.
 */
public interface ProgramRunner extends AutoCloseable {
    /** Exit code of a program that was stopped for a limit, as shells have it for a killed one. */
    int STOPPED = 137;

    /**
     * Runs a program to its end.
     *
     * @return its exit code: its own, 0 when it ended by itself, 1 when it failed, {@link #STOPPED}
     */
    CompletableFuture<Integer> run(Program program);

    @Override
    void close();
}
