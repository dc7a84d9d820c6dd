package io.echelon.deploycli;

import java.util.List;
import picocli.CommandLine.Command;

/** Lists secrets. */
@Command(
        name = "list",
        description = "List the names of an app's secrets; their values never come back out.",
        footer = {"", "Example:", "  edge secret list hello"})
final class SecretListCommand extends SettingsSubcommand {

    SecretListCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        output.list(
                client().list(path("secrets"), "secrets"),
                List.of("SECRET", "CHANGED"),
                secret -> List.of(Views.text(secret, "name"), Views.time(secret, "changedAt")));
        return ExitCode.DONE;
    }
}
