package io.echelon.deploycli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** Runs the esbuild program that is packed with the CLI. */
final class Esbuild {
    private static final long TIMEOUT_SECONDS = 120;

    private final Path program;

    private Esbuild(Path program) {
        this.program = program;
    }

    /**
     * What a run said and how it ended.
     *
     * @param messages errors and warnings with file, line and caret, for a person
     */
    record Result(Ending ending, String messages) {
        /** Whether there is a bundle. */
        enum Ending {
            BUILT,
            REFUSED
        }
    }

    static Esbuild packedWith(Surroundings surroundings) {
        Path program =
                surroundings
                        .program()
                        .resolve("esbuild")
                        .resolve(platform())
                        .resolve("bin/esbuild");
        if (!Files.isRegularFile(program)) {
            throw new CliException(
                    ExitCode.FAILED,
                    "esbuild for %s is not packed with this CLI (%s is missing); run `make build` on this machine"
                            .formatted(platform(), program));
        }
        if (!Files.isExecutable(program) && !program.toFile().setExecutable(true)) {
            throw new CliException(
                    ExitCode.FAILED, program + " may not be run: make it executable");
        }
        return new Esbuild(program);
    }

    /** Runs in a folder, from which messages name files. */
    Result run(Path folder, List<String> arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(program.toString());
        command.addAll(arguments);
        Path messages = Files.createTempFile("edge-esbuild", ".txt");
        try {
            Process process =
                    new ProcessBuilder(command)
                            .directory(folder.toFile())
                            .redirectErrorStream(true)
                            .redirectOutput(messages.toFile())
                            .start();
            process.getOutputStream().close();
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new CliException(
                        ExitCode.FAILED,
                        "esbuild did not end within %d s".formatted(TIMEOUT_SECONDS));
            }
            return new Result(
                    process.exitValue() == 0 ? Result.Ending.BUILT : Result.Ending.REFUSED,
                    Files.readString(messages, StandardCharsets.UTF_8).strip());
        } finally {
            Files.deleteIfExists(messages);
        }
    }

    /** This machine, as esbuild's packages are called. */
    private static String platform() {
        String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
        String processor = System.getProperty("os.arch");
        return (system.startsWith("mac") ? "darwin" : "linux")
                + (processor.equals("aarch64") ? "-arm64" : "-x64");
    }
}
