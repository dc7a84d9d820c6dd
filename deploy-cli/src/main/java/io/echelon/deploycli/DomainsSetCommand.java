package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.DomainRecord.Plain;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Changes how a host is answered. */
@Command(
        name = "set",
        description = "Change what a host answers without TLS, and what it tells browsers.",
        footer = {
            "",
            "Example:",
            "  edge domains set shop www.example.com --http redirect --hsts 31536000"
        })
final class DomainsSetCommand extends DomainSubcommand {
    @Option(
            names = "--http",
            paramLabel = "WHAT",
            description = "Without TLS: serve, the same as with it, or redirect to it.")
    private @Nullable Plain http;

    @Option(
            names = "--hsts",
            paramLabel = "SECONDS",
            description =
                    "How long browsers are to come by TLS alone; 0 stops telling them, and two years are the most.")
    private @Nullable Integer hsts;

    DomainsSetCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        Map<String, Object> changes = new LinkedHashMap<>();
        if (http != null) {
            changes.put("http", http);
        }
        if (hsts != null) {
            changes.put("hstsSeconds", hsts);
        }
        if (changes.isEmpty()) {
            throw new CliException(ExitCode.WRONG_USAGE, "Nothing changes: give --http or --hsts");
        }
        JsonNode domain = client().patch(domain(), changes);
        output.result(
                domain,
                "%s: http %s, hsts %s s"
                        .formatted(
                                host(),
                                Views.text(domain, "http"),
                                Views.text(domain, "hstsSeconds")));
        return ExitCode.DONE;
    }
}
