package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Goes back to the revision that served before. */
@Command(
        name = "rollback",
        description = "Let an app's own address lead to the revision that served before.",
        footer = {"", "Example:", "  edge rollback hello"})
final class RollbackCommand extends TenantSubcommand {
    @Parameters(paramLabel = "APP", description = "The app's name.")
    private @Nullable String app;

    RollbackCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        JsonNode answer = client().post(app(Parameter.given(app)).child("rollback"), Map.of());
        if (output.form() == Output.Form.JSON) {
            output.json(answer);
        } else {
            String before = Views.text(answer, "from");
            output.line(
                    "%s now serves %s; it was %s"
                            .formatted(
                                    app,
                                    Views.text(answer, "to"),
                                    Views.served(answer.path("before"), before)));
        }
        return ExitCode.DONE;
    }
}
