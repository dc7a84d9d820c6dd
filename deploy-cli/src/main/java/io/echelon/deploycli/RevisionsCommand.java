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
        String production = Views.text(client.get(path), "production");
        output.table(
                List.of("REVISION", "STATE", "CREATED", "FILES", "BYTES", "ADDRESS", "NOTE"),
                revisions.stream().map(revision -> row(revision, production)).toList());
        return ExitCode.DONE;
    }

    private static List<String> row(JsonNode revision, String production) {
        String label = Views.text(revision, "revision");
        return List.of(
                label.equals(production) ? label + " *" : label,
                Views.text(revision, "state"),
                Views.time(revision, "createdAt"),
                Views.text(revision, "files"),
                Views.text(revision, "bytes"),
                Views.text(revision, "previewUrl"),
                Views.text(revision, "note"));
    }
}
