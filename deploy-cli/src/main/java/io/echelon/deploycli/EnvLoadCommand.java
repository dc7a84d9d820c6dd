package io.echelon.deploycli;

import io.echelon.tenants.EnvironmentFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Sets the variables of a file. */
@Command(
        name = "load",
        description = "Set the variables of a file of NAME=value lines.",
        footer = {"", "Example:", "  edge env load hello .env"})
final class EnvLoadCommand extends SettingsSubcommand {
    @Parameters(index = "1", paramLabel = "FILE", description = "The file.")
    private @Nullable Path file;

    EnvLoadCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws IOException, InterruptedException {
        change(
                output,
                "env",
                EnvironmentFile.read(surroundings().resolve(Parameter.given(file))),
                List.of());
        return ExitCode.DONE;
    }
}
