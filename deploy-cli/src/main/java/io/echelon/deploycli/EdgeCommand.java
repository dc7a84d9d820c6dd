package io.echelon.deploycli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code edge} without a command: its help and its version. */
@Command(
        name = "edge",
        description = "Runs and deploys edge functions.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Example:",
            "  edge up --detach && edge init hello && edge deploy hello",
            "",
            "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 not signed in or not allowed, 4 not found,",
            "5 over a limit, 6 platform unreachable."
        })
final class EdgeCommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Spec private CommandSpec spec;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this help.")
    @SuppressWarnings("unused") // picocli reads it
    private boolean help;

    @Option(
            names = {"-V", "--version"},
            description = "Print the version.")
    private boolean version;

    @Option(names = "--json", description = "Print JSON, for machines.")
    private boolean json;

    @SuppressWarnings("NullAway.Init")
    EdgeCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public Integer call() {
        if (version) {
            surroundings
                    .out()
                    .println(
                            json
                                    ? "{\"version\":\"" + Version.text() + "\"}"
                                    : "edge " + Version.text());
            return ExitCode.DONE.number();
        }
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.WRONG_USAGE.number();
    }
}
