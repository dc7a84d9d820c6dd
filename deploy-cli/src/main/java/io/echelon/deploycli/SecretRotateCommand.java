package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine.Command;

/** Rotates the master key of the platform. */
@Command(
        name = "rotate-master-key",
        description = "Make a new master key, and seal every tenant's key with it.",
        footer = {"", "Example:", "  edge secret rotate-master-key"})
final class SecretRotateCommand extends Subcommand {

    SecretRotateCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        JsonNode rotation =
                ApiClient.of(Account.find(surroundings()))
                        .post(ApiPath.of("master-key", "rotation"), Map.of());
        output.result(
                rotation,
                "Master key %s seals the keys of %s tenants."
                        .formatted(
                                Views.text(rotation, "masterKey"),
                                Views.text(rotation, "tenants")));
        return ExitCode.DONE;
    }
}
