package io.echelon.deploycli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;

/** Prints a script that completes the command line in bash and zsh. */
@Command(
        name = "completion",
        description = "Print a completion script for bash and zsh.",
        footer = {"", "Example:", "  source <(edge completion)"})
final class CompletionCommand extends Subcommand {
    CompletionCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) {
        output.line(AutoComplete.bash("edge", Commands.all(surroundings())));
        return ExitCode.DONE;
    }
}
