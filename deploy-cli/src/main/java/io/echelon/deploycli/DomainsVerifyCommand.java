package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine.Command;

/** Has a host lead to an app. */
@Command(
        name = "verify",
        description = "Have the platform look for the TXT record; the host leads to the app then.",
        footer = {"", "Example:", "  edge domains verify shop www.example.com"})
final class DomainsVerifyCommand extends DomainSubcommand {
    DomainsVerifyCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        JsonNode domain = client().post(domain().child("verify"), Map.of());
        output.result(domain, "%s leads to %s".formatted(host(), app()));
        return ExitCode.DONE;
    }
}
