package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine.Command;

/** Adds a host. */
@Command(
        name = "add",
        description = "Say that a host is yours, and learn which TXT record shows it.",
        footer = {"", "Example:", "  edge domains add shop www.example.com"})
final class DomainsAddCommand extends DomainSubcommand {
    DomainsAddCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        JsonNode domain = client().post(domains(), Map.of("host", host().value()));
        output.result(
                domain,
                Views.text(domain, "state").equals("VERIFIED")
                        ? "%s leads to %s".formatted(host(), app())
                        : "Make this record in DNS, then run `edge domains verify %s %s`:%n%s"
                                .formatted(app(), host(), challenge(domain)));
        return ExitCode.DONE;
    }
}
