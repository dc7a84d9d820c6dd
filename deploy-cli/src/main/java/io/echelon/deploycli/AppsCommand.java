package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import picocli.CommandLine.Command;

/** Lists a tenant's apps. */
@Command(
        name = "apps",
        description = "List the apps.",
        footer = {"", "Example:", "  edge apps"})
final class AppsCommand extends TenantSubcommand {
    AppsCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        List<JsonNode> apps = client().list(apps(), "apps");
        if (output.form() == Output.Form.JSON) {
            output.json(apps);
        } else {
            output.table(
                    List.of("APP", "PRODUCTION", "LATEST", "CREATED", "ADDRESS"),
                    apps.stream()
                            .map(
                                    app ->
                                            List.of(
                                                    Views.text(app, "name"),
                                                    Views.served(
                                                            app.path("split"),
                                                            Views.text(app, "production")),
                                                    Views.text(app, "latest"),
                                                    Views.time(app, "createdAt"),
                                                    Views.text(app, "url")))
                            .toList());
        }
        return ExitCode.DONE;
    }
}
