package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import picocli.CommandLine.Command;

/** Shows a tenant's quotas, and how much of them is used. */
@Command(
        name = "show",
        description = "Show a tenant's quotas, and how much of them it uses.",
        footer = {"", "Example:", "  edge quota show --tenant acme"})
final class QuotaShowCommand extends TenantSubcommand {
    QuotaShowCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        show(output, client().get(tenantPath().child("quotas")));
        return ExitCode.DONE;
    }

    /** Prints an answer of the route. */
    static void show(Output output, JsonNode quotas) {
        switch (output.form()) {
            case JSON -> output.json(quotas);
            case TEXT ->
                    output.table(
                            List.of("QUOTA", "LIMIT", "USED", "UNIT", "BY"),
                            Views.items(quotas, "quotas").stream()
                                    .map(
                                            quota ->
                                                    List.of(
                                                            Views.text(quota, "name"),
                                                            Views.text(quota, "limit"),
                                                            Views.text(quota, "used"),
                                                            Views.text(quota, "unit"),
                                                            by(quotas, quota)))
                                    .toList());
        }
    }

    private static String by(JsonNode quotas, JsonNode quota) {
        String source = Views.text(quota, "source");
        return source.equals("plan") ? "plan " + Views.text(quotas, "plan") : source;
    }
}
