package io.echelon.kvstore.ratis;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Programs of the operating system. */
final class Commands {
    private Commands() {}

    /** Runs one to its end; what it refused is in the exception. */
    static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (process.waitFor() != 0) {
                throw new IOException("%s: %s".formatted(String.join(" ", command), said.strip()));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }
}
