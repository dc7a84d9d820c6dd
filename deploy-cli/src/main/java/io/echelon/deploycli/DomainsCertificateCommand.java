package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Gives a host its certificate. */
@Command(
        name = "certificate",
        description =
                "Have a host use a certificate of yours, or one that the platform gets and renews.",
        footer = {
            "",
            "Example:",
            "  edge domains certificate shop www.example.com --cert fullchain.pem --key privkey.pem",
            "  edge domains certificate shop www.example.com --acme"
        })
final class DomainsCertificateCommand extends DomainSubcommand {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Duration AGAIN = Duration.ofMillis(500);

    /** Where the certificate comes from, in one of two ways. */
    static final class Choice {
        @Option(
                names = "--acme",
                required = true,
                description = "The platform gets it from its certificate authority, and renews it.")
        private boolean acme;

        @ArgGroup(exclusive = false)
        private @Nullable Uploaded own;
    }

    /** A certificate of the user's. */
    static final class Uploaded {
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
    }

    @ArgGroup(exclusive = true, multiplicity = "1")
    private @Nullable Choice choice;

    DomainsCertificateCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws IOException, InterruptedException {
        Choice chosen = Parameter.given(choice);
        JsonNode domain = chosen.acme ? ordered(output) : uploaded(Parameter.given(chosen.own));
        output.result(
                domain,
                "%s uses the certificate, which expires on %s"
                        .formatted(host(), Views.time(domain.path("certificate"), "notAfter")));
        return ExitCode.DONE;
    }

    private JsonNode uploaded(Uploaded own) throws IOException, InterruptedException {
        return client().put(
                        domain().child("certificate"),
                        Json.bytes(
                                Map.of(
                                        "certificate", read(own.certificate),
                                        "key", read(own.key))));
    }

    /** Waits until the authority has answered. */
    private JsonNode ordered(Output output) throws InterruptedException {
        JsonNode domain = client().post(domain().child("certificate").child("order"), Map.of());
        output.step("The certificate authority is asked …");
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            JsonNode renewal = domain.path("renewal");
            switch (Views.text(renewal, "state")) {
                case "FAILED" -> throw new CliException(ExitCode.FAILED, failed(renewal));
                case "ORDERED", "ASKING" -> {
                    if (System.nanoTime() - end > 0 || isLater(renewal)) {
                        throw new CliException(ExitCode.FAILED, later(renewal));
                    }
                    Thread.sleep(AGAIN);
                    domain = client().get(domain());
                }
                default -> {
                    return domain;
                }
            }
        }
    }

    private static boolean isLater(JsonNode renewal) {
        return Views.text(renewal, "state").equals("ORDERED")
                && Instant.parse(renewal.path("due").asText())
                        .isAfter(Instant.now().plus(PATIENCE));
    }

    private String later(JsonNode renewal) {
        return "The certificate of %s is ordered, and not there yet: the certificate authority is asked at %s; `edge domains list %s` shows what came of it"
                .formatted(host(), Views.time(renewal, "due"), app());
    }

    private String read(@Nullable Path file) throws IOException {
        return Files.readString(surroundings().resolve(Parameter.given(file)));
    }
}
