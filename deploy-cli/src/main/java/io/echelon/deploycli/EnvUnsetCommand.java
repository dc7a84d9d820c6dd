package io.echelon.deploycli;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Unsets variables. */
@Command(
        name = "unset",
        description = "Unset variables, and roll a revision without them out.",
        footer = {"", "Example:", "  edge env unset hello LEVEL"})
final class EnvUnsetCommand extends SettingsSubcommand {
    @Parameters(index = "1..*", arity = "1..*", paramLabel = "NAME", description = "The variables.")
    private List<String> words = List.of();

    EnvUnsetCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        change(output, "env", Map.of(), words);
        return ExitCode.DONE;
    }
}
