package io.echelon.deploycli;

import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code edge kv}: databases, their entries and their tokens. */
@Command(
        name = "kv",
        description = "Read and change databases from outside functions.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Keys are JSON arrays, values JSON; what JSON lacks is written {\"$bigint\":\"1\"}, {\"$u64\":\"5\"},",
            "{\"$bytes\":\"base64\"}, {\"$date\":\"2026-01-31T12:00:00Z\"} and so on (docs/kv-tools.md).",
            "",
            "Example:",
            "  edge kv set --db orders '[\"orders\",1]' '{\"paid\":true}'"
        })
final class KvCommand extends CommandGroup {
    private KvCommand(Surroundings surroundings) {
        super(surroundings);
    }

    /** The command with all that is below it. */
    static CommandLine with(Surroundings surroundings) {
        return new CommandLine(new KvCommand(surroundings))
                .addSubcommand(new KvGetCommand(surroundings))
                .addSubcommand(new KvSetCommand(surroundings))
                .addSubcommand(new KvDeleteCommand(surroundings))
                .addSubcommand(new KvListCommand(surroundings))
                .addSubcommand(new KvExportCommand(surroundings))
                .addSubcommand(new KvImportCommand(surroundings))
                .addSubcommand(new KvDatabasesCommand(surroundings))
                .addSubcommand(new KvDeleteDatabaseCommand(surroundings))
                .addSubcommand(new KvUrlCommand(surroundings))
                .addSubcommand(new KvTokensCommand(surroundings));
    }
}
