package io.echelon.deploycli;

import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Sets variables. */
@Command(
        name = "set",
        description = "Set variables, and roll a revision with them out.",
        footer = {"", "Example:", "  edge env set hello MODE=prod LEVEL=info"})
final class EnvSetCommand extends SettingsSubcommand {
    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "NAME=VALUE",
            description = "The variables.")
    private List<String> words = List.of();

    EnvSetCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        change(output, "env", pairs(words), List.of());
        return ExitCode.DONE;
    }
}
