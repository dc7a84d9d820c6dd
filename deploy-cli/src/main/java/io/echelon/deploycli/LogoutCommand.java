package io.echelon.deploycli;

import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;

/** Forgets the platform that was signed in to. */
@Command(
        name = "logout",
        description = "Forget the platform and its token.",
        footer = {"", "Example:", "  edge logout"})
final class LogoutCommand extends Subcommand {
    LogoutCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws IOException {
        boolean forgotten = Account.forget(surroundings());
        if (output.form() == Output.Form.JSON) {
            output.json(Map.of("signedOut", forgotten));
        } else {
            output.line(forgotten ? "Signed out" : "Nobody was signed in");
        }
        return ExitCode.DONE;
    }
}
