package io.echelon.deploycli;

import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** A command that does nothing itself, but has others below it. */
abstract class CommandGroup extends Subcommand {
    @Spec private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    CommandGroup(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    final ExitCode run(Output output) {
        throw new ParameterException(
                spec.commandLine(),
                "Say what to do: " + String.join(", ", spec.subcommands().keySet()));
    }
}
