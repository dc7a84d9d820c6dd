package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.echelon.tenants.Json;
import picocli.CommandLine.Command;

/** Says which platform commands call, as whom, and what that may do. */
@Command(
        name = "whoami",
        description = "Say which platform commands call, as whom, and what that may do.",
        footer = {"", "Example:", "  edge whoami"})
final class WhoamiCommand extends TenantSubcommand {
    WhoamiCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        Account account = Account.find(surroundings());
        ApiClient client = ApiClient.of(account);
        JsonNode who = client.get(ApiPath.of("whoami"));
        String version = Views.text(client.get(ApiPath.of("platform")), "version");
        String tenant = who.hasNonNull("tenant") ? who.get("tenant").asText() : tenant().value();
        if (output.form() == Output.Form.JSON) {
            ObjectNode all = Json.mapper().createObjectNode();
            all.put("control", account.control().toString()).put("version", version);
            all.setAll((ObjectNode) who);
            all.put("tenant", tenant);
            output.json(all);
            return ExitCode.DONE;
        }
        String where = "%s (version %s), tenant %s".formatted(account.control(), version, tenant);
        output.line(
                switch (Views.text(who, "kind")) {
                    case "member" ->
                            "%s, %s at %s"
                                    .formatted(
                                            Views.text(who, "name"),
                                            Views.text(who, "role"),
                                            where);
                    case "service" ->
                            "service \"%s\" at %s, app %s"
                                    .formatted(
                                            Views.text(who, "name"),
                                            where,
                                            who.hasNonNull("app")
                                                    ? who.get("app").asText()
                                                    : "any");
                    default -> "operator of " + where;
                });
        output.line("May do: " + Views.words(who, "rights"));
        return ExitCode.DONE;
    }
}
