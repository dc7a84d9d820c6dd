package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Lists an app's hosts. */
@Command(
        name = "list",
        description = "List the hosts of an app's own, and what their certificates are.",
        footer = {"", "Example:", "  edge domains list shop"})
final class DomainsListCommand extends TenantSubcommand {
    @Parameters(paramLabel = "APP", description = "The app's name.")
    private @Nullable String app;

    DomainsListCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        output.list(
                client().list(app(Parameter.given(app)).child("domains"), "domains"),
                List.of("HOST", "STATE", "HTTP", "HSTS", "CERTIFICATE", "EXPIRES", "NEXT"),
                DomainsListCommand::row);
        return ExitCode.DONE;
    }

    private static List<String> row(JsonNode domain) {
        JsonNode certificate = domain.path("certificate");
        return List.of(
                Views.text(domain, "host"),
                Views.text(domain, "state"),
                Views.text(domain, "http"),
                Views.text(domain, "hstsSeconds"),
                Views.text(certificate, "source"),
                Views.time(certificate, "notAfter"),
                next(domain));
    }

    /** What is to happen next, and what keeps it from happening. */
    private static String next(JsonNode domain) {
        JsonNode renewal = domain.path("renewal");
        return switch (Views.text(renewal, "state")) {
            case "ORDERED" -> "ordered: asked for at " + Views.time(renewal, "due");
            case "ASKING" -> "ordered: the certificate authority is being asked";
            case "ISSUED" -> "renewed at " + Views.time(renewal, "due");
            case "FAILED" -> DomainSubcommand.failed(renewal);
            default ->
                    Views.text(domain, "state").equals("PENDING")
                            ? DomainSubcommand.challenge(domain)
                            : "-";
        };
    }
}
