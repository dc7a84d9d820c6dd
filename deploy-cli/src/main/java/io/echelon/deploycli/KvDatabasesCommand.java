package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import picocli.CommandLine.Command;

/** Lists a tenant's databases. */
@Command(
        name = "databases",
        description = "List the databases that have an entry or a token.",
        footer = {"", "Example:", "  edge kv databases"})
final class KvDatabasesCommand extends TenantSubcommand {
    KvDatabasesCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        List<JsonNode> databases =
                client().list(ApiPath.of("tenants", tenant().value(), "databases"), "databases");
        if (output.form() == Output.Form.JSON) {
            output.json(databases);
        } else {
            output.table(
                    List.of("DATABASE", "BYTES", "ENTRIES", "MESSAGES", "TOKENS", "EMPTY"),
                    databases.stream()
                            .map(
                                    database ->
                                            List.of(
                                                    Views.text(database, "name"),
                                                    Views.text(database, "bytes"),
                                                    Views.text(database, "entries"),
                                                    Views.text(database, "messages"),
                                                    Views.text(database, "tokens"),
                                                    database.path("empty").asBoolean()
                                                            ? "yes"
                                                            : "no"))
                            .toList());
        }
        return ExitCode.DONE;
    }
}
