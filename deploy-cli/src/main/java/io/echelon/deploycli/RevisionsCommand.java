package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists an app's revisions. */
@Command(
        name = "revisions",
        description = "List an app's revisions.",
        footer = {"", "Example:", "  edge revisions hello"})
final class RevisionsCommand extends TenantSubcommand {
    @Parameters(paramLabel = "APP", description = "The app's name.")
    private @Nullable String app;

    RevisionsCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        ApiPath path = app(Parameter.given(app));
        ApiClient client = client();
        List<JsonNode> revisions = client.list(path.child("revisions"), "revisions");
        if (output.form() == Output.Form.JSON) {
            output.json(revisions);
            return ExitCode.DONE;
        }
        JsonNode served = client.get(path);
        output.table(
                List.of(
                        "REVISION",
                        "STATE",
                        "TRAFFIC",
                        "CREATED",
                        "FILES",
                        "BYTES",
                        "ADDRESS",
                        "NOTE"),
                revisions.stream().map(revision -> row(revision, served)).toList());
        return ExitCode.DONE;
    }

    private static List<String> row(JsonNode revision, JsonNode served) {
        String label = Views.text(revision, "revision");
        boolean production = label.equals(Views.text(served, "production"));
        return List.of(
                production ? label + " *" : label,
                Views.text(revision, "state"),
                Views.items(served.path("split"), "shares").stream()
                        .filter(share -> label.equals(Views.text(share, "revision")))
                        .map(share -> Views.text(share, "percent") + " %")
                        .findFirst()
                        .orElse(production && !served.has("split") ? "100 %" : "-"),
                Views.time(revision, "createdAt"),
                Views.text(revision, "files"),
                Views.text(revision, "bytes"),
                Views.text(revision, "previewUrl"),
                Views.text(revision, "note"));
    }
}
