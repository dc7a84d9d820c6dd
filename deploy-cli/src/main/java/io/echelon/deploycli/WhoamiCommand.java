package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import picocli.CommandLine.Command;

/** Says which platform commands call, and that it accepts the token. */
@Command(
        name = "whoami",
        description = "Say which platform commands call, and as whom.",
        footer = {"", "Example:", "  edge whoami"})
final class WhoamiCommand extends TenantSubcommand {
    WhoamiCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        Account account = Account.find(surroundings());
        JsonNode platform = ApiClient.of(account).get(ApiPath.of("platform"));
        if (output.form() == Output.Form.JSON) {
            output.json(
                    Map.of(
                            "control", account.control().toString(),
                            "role", "owner",
                            "tenant", tenant().value(),
                            "version", Views.text(platform, "version")));
        } else {
            output.line(
                    "owner of %s (version %s), tenant %s"
                            .formatted(
                                    account.control(), Views.text(platform, "version"), tenant()));
        }
        return ExitCode.DONE;
    }
}
