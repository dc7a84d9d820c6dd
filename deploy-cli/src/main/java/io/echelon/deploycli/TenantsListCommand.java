package io.echelon.deploycli;

import java.util.List;
import picocli.CommandLine.Command;

/** Lists tenants. */
@Command(
        name = "list",
        description = "List the tenants that you see.",
        footer = {"", "Example:", "  edge tenants list"})
final class TenantsListCommand extends Subcommand {

    TenantsListCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        output.list(
                ApiClient.of(Account.find(surroundings())).list(ApiPath.of("tenants"), "tenants"),
                List.of("TENANT", "CREATED"),
                tenant -> List.of(Views.text(tenant, "name"), Views.time(tenant, "createdAt")));
        return ExitCode.DONE;
    }
}
