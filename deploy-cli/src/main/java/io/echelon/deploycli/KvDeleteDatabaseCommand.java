package io.echelon.deploycli;

import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Deletes all entries and tokens of a database. */
@Command(
        name = "delete-database",
        description = "Delete all entries of a database, and revoke its tokens.",
        footer = {"", "Example:", "  edge kv delete-database --db orders --yes"})
final class KvDeleteDatabaseCommand extends KvSubcommand {
    @Option(
            names = {"-y", "--yes"},
            description = "Yes, all of it.")
    private boolean yes;

    KvDeleteDatabaseCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        String name = database().database();
        if (!yes) {
            throw new CliException(
                    ExitCode.WRONG_USAGE,
                    "Nothing was deleted: say --yes to delete all entries of database \"%s\""
                            .formatted(name));
        }
        client().delete(path());
        if (output.form() == Output.Form.JSON) {
            output.json(Map.of("deleted", name));
        } else {
            output.line("Database %s is deleted".formatted(name));
        }
        return ExitCode.DONE;
    }
}
