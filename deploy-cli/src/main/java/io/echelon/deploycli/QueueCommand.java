package io.echelon.deploycli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code edge queue}: messages that wait, and those that could not be delivered. */
@Command(
        name = "queue",
        description = "Look after the messages of queues.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  edge queue peek shop --dead"})
final class QueueCommand extends Subcommand {
    @Spec private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    private QueueCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** The command with all that is below it. */
    static CommandLine with(Surroundings surroundings) {
        return new CommandLine(new QueueCommand(surroundings))
                .addSubcommand(new QueueListCommand(surroundings))
                .addSubcommand(new QueuePeekCommand(surroundings))
                .addSubcommand(new QueueRedriveCommand(surroundings))
                .addSubcommand(new QueuePurgeCommand(surroundings));
    }

    @Override
    ExitCode run(Output output) {
        throw new ParameterException(
                spec.commandLine(),
                "Say what to do: " + String.join(", ", spec.subcommands().keySet()));
    }
}
