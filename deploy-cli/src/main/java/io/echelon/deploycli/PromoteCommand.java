package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.RevisionId;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Makes a revision the one that an app's own address leads to. */
@Command(
        name = "promote",
        description = "Let an app's own address lead to a revision.",
        footer = {"", "Example:", "  edge promote hello v2"})
final class PromoteCommand extends TenantSubcommand {
    @Parameters(index = "0", paramLabel = "APP", description = "The app's name.")
    private @Nullable String app;

    @Parameters(index = "1", paramLabel = "REV", description = "The revision, such as v2.")
    private @Nullable String revision;

    PromoteCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        String label = Parameter.given(revision);
        RevisionId.parseLabel(label);
        JsonNode answer =
                client().post(
                                app(Parameter.given(app)).child("promote"),
                                Map.of("revision", label));
        if (output.form() == Output.Form.JSON) {
            output.json(answer);
        } else {
            output.line("%s now serves %s".formatted(app, label));
        }
        return ExitCode.DONE;
    }
}
