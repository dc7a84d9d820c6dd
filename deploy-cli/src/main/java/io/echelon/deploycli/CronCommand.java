package io.echelon.deploycli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code edge cron}: what is scheduled, how it ran, and when it will. */
@Command(
        name = "cron",
        description = "Look at scheduled functions, run them now, pause them.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {"", "Example:", "  edge cron runs reports nightly --limit 20"})
final class CronCommand extends Subcommand {
    @Spec private CommandSpec spec;

    @SuppressWarnings("NullAway.Init")
    private CronCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** The command with all that is below it. */
    static CommandLine with(Surroundings surroundings) {
        return new CommandLine(new CronCommand(surroundings))
                .addSubcommand(new CronListCommand(surroundings))
                .addSubcommand(new CronRunsCommand(surroundings))
                .addSubcommand(new CronTriggerCommand(surroundings))
                .addSubcommand(new CronPauseCommand(surroundings))
                .addSubcommand(new CronResumeCommand(surroundings))
                .addSubcommand(new CronExplainCommand(surroundings));
    }

    @Override
    ExitCode run(Output output) {
        throw new ParameterException(
                spec.commandLine(),
                "Say what to do: " + String.join(", ", spec.subcommands().keySet()));
    }
}
