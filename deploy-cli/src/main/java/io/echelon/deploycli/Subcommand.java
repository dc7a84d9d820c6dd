package io.echelon.deploycli;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Option;

/** What every command of {@code edge} has: its surroundings, {@code --json} and {@code --help}. */
abstract class Subcommand implements Callable<Integer> {
    private final Surroundings surroundings;

    @Option(names = "--json", description = "Print JSON, for machines.")
    private boolean json;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Print this help.")
    @SuppressWarnings("unused") // picocli reads it
    private boolean help;

    Subcommand(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    public final Integer call() throws IOException, InterruptedException {
        return run(new Output(surroundings, json ? Output.Form.JSON : Output.Form.TEXT)).number();
    }

    /** Does what the command is for. */
    abstract ExitCode run(Output output) throws IOException, InterruptedException;

    final Surroundings surroundings() {
        return surroundings;
    }
}
