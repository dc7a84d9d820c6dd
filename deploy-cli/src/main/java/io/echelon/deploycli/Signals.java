package io.echelon.deploycli;

import io.echelon.tenants.ProcessSignals;
import java.io.IOException;
import java.util.concurrent.TimeUnit;

/** Sends signals, by the shell's own `kill`, since Java has none but those that end a process. */
final class Signals {
    private static final long PATIENCE_SECONDS = 5;

    private Signals() {}

    /** Sends a signal; whether anything came of it shows in the process' log alone. */
    static void send(ProcessSignals.Kind signal, ProcessHandle process) {
        try {
            Process kill =
                    new ProcessBuilder(
                                    "/bin/sh", "-c", "kill -%s %d".formatted(signal, process.pid()))
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start();
            kill.getOutputStream().close();
            if (!kill.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                kill.destroyForcibly();
            }
        } catch (IOException e) {
            throw new CliException(
                    ExitCode.FAILED, "No signal could be sent: " + FileErrors.describe(e), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
