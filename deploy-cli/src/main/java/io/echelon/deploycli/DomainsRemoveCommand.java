package io.echelon.deploycli;

import java.util.Map;
import picocli.CommandLine.Command;

/** Removes a host. */
@Command(
        name = "remove",
        description = "Let go of a host: it leads nowhere then, and its certificate is deleted.",
        footer = {"", "Example:", "  edge domains remove shop www.example.com"})
final class DomainsRemoveCommand extends DomainSubcommand {
    DomainsRemoveCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        client().delete(domain());
        switch (output.form()) {
            case JSON -> output.json(Map.of("removed", host().value()));
            case TEXT -> output.line("%s leads nowhere now".formatted(host()));
        }
        return ExitCode.DONE;
    }
}
