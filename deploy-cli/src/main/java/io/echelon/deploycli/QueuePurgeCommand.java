package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Removes messages. */
@Command(
        name = "purge",
        description = "Remove the messages that were given up, or with --live those to come.",
        footer = {"", "Example:", "  edge queue purge shop --yes"})
final class QueuePurgeCommand extends QueueSubcommand {
    @Option(names = "--live", description = "Those that wait or are being delivered.")
    private boolean live;

    @Option(
            names = {"-y", "--yes"},
            description = "Yes, all of them.")
    private boolean yes;

    QueuePurgeCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        if (!yes) {
            throw new CliException(
                    ExitCode.WRONG_USAGE,
                    "Nothing was removed: say --yes to remove all %s messages of \"%s\""
                            .formatted(live ? "live" : "dead", name()));
        }
        JsonNode moved = client().delete(path().query(Map.of("part", live ? "live" : "dead")));
        if (output.form() == Output.Form.JSON) {
            output.json(moved);
        } else {
            output.line("%s messages are removed".formatted(Views.text(moved, "messages")));
        }
        return ExitCode.DONE;
    }
}
