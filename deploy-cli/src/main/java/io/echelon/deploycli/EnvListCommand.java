package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Command;

/** Lists variables. */
@Command(
        name = "list",
        description = "List an app's variables.",
        footer = {"", "Example:", "  edge env list hello"})
final class EnvListCommand extends SettingsSubcommand {

    EnvListCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        JsonNode variables = client().get(path("env")).path("variables");
        switch (output.form()) {
            case JSON -> output.json(variables);
            case TEXT ->
                    variables
                            .properties()
                            .forEach(
                                    entry ->
                                            output.line(
                                                    entry.getKey()
                                                            + "="
                                                            + entry.getValue().asText()));
        }
        return ExitCode.DONE;
    }
}
