package io.echelon.deploycli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * SIGHUP for processes that this one starts. Under nohup it is ignored, which children inherit and
 * a JVM cannot undo; they would not read their settings again.
 */
final class Hangups {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String IGNORED = "SigIgn:";
    private static final List<String> RESET = List.of("/usr/bin/env", "--default-signal=HUP");

    private Hangups() {}

    /** What stands before a command so that it gets the signal; nothing when it would anyway. */
    static List<String> taken() {
        List<String> prefix = new ArrayList<>();
        if (areIgnored() && canReset()) {
            prefix.addAll(RESET);
        }
        return prefix;
    }

    private static boolean areIgnored() {
        try {
            return Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith(IGNORED))
                    .map(line -> line.substring(IGNORED.length()).strip())
                    .anyMatch(mask -> (Long.parseUnsignedLong(mask, 16) & 1) != 0);
        } catch (IOException notLinux) {
            return false;
        }
    }

    private static boolean canReset() {
        List<String> trial = new ArrayList<>(RESET);
        trial.add("true");
        try {
            return new ProcessBuilder(trial)
                            .redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException missing) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
