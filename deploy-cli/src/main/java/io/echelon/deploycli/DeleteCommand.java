package io.echelon.deploycli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Deletes an app with all its revisions. */
@Command(
        name = "delete",
        description = "Delete an app with all its revisions.",
        footer = {"", "Example:", "  edge delete hello --yes"})
final class DeleteCommand extends TenantSubcommand {
    @Parameters(paramLabel = "APP", description = "The app's name.")
    private @Nullable String app;

    @Option(
            names = {"-y", "--yes"},
            description = "Do not ask on a terminal.")
    private boolean yes;

    DeleteCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws IOException, InterruptedException {
        String name = Parameter.given(app);
        ApiPath path = app(name);
        ApiClient client = client();
        if (!yes && surroundings().inputIsTerminal()) {
            String url = Views.text(client.get(path), "url");
            if (!confirmed(output, name, url)) {
                output.note("Nothing was deleted.");
                return ExitCode.FAILED;
            }
        }
        client.delete(path);
        if (output.form() == Output.Form.JSON) {
            output.json(Map.of("deleted", name));
        } else {
            output.line(name + " is deleted");
        }
        return ExitCode.DONE;
    }

    private boolean confirmed(Output output, String name, String url) throws IOException {
        output.note(
                "%s with all its revisions is going to be deleted, and %s answers no more. Type its name to go on:"
                        .formatted(name, url));
        String answer =
                new BufferedReader(
                                new InputStreamReader(surroundings().in(), StandardCharsets.UTF_8))
                        .readLine();
        return answer != null && answer.strip().equals(name);
    }
}
