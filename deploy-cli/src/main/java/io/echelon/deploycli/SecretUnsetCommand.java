package io.echelon.deploycli;

import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Unsets secrets. */
@Command(
        name = "unset",
        description = "Unset secrets, and roll a revision without them out.",
        footer = {"", "Example:", "  edge secret unset hello API_KEY"})
final class SecretUnsetCommand extends SettingsSubcommand {
    @Parameters(index = "1..*", arity = "1..*", paramLabel = "NAME", description = "The secrets.")
    private List<String> words = List.of();

    SecretUnsetCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        change(output, "secrets", Map.of(), words);
        return ExitCode.DONE;
    }
}
