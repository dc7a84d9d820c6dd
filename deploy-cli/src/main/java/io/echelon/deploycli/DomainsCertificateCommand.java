package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Gives a host its certificate. */
@Command(
        name = "certificate",
        description = "Have a host use a certificate of yours.",
        footer = {
            "",
            "Example:",
            "  edge domains certificate shop www.example.com --cert fullchain.pem --key privkey.pem"
        })
final class DomainsCertificateCommand extends DomainSubcommand {
    @Option(
            names = "--cert",
            required = true,
            paramLabel = "FILE",
            description = "The host's certificate and those between it and a root, in PEM.")
    private @Nullable Path certificate;

    @Option(
            names = "--key",
            required = true,
            paramLabel = "FILE",
            description = "Its private key, in PEM; it never comes back out.")
    private @Nullable Path key;

    DomainsCertificateCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws IOException, InterruptedException {
        JsonNode domain =
                client().put(
                                domain().child("certificate"),
                                Json.bytes(
                                        Map.of(
                                                "certificate", read(certificate),
                                                "key", read(key))));
        output.result(
                domain,
                "%s uses the certificate, which expires on %s"
                        .formatted(host(), Views.time(domain.path("certificate"), "notAfter")));
        return ExitCode.DONE;
    }

    private String read(@Nullable Path file) throws IOException {
        return Files.readString(surroundings().resolve(Parameter.given(file)));
    }
}
