package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.TenantName;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Makes a tenant. */
@Command(
        name = "create",
        description = "Make a tenant.",
        footer = {"", "Example:", "  edge tenants create acme"})
final class TenantsCreateCommand extends Subcommand {
    @Parameters(paramLabel = "T", description = "The tenant's name.")
    private @Nullable String name;

    TenantsCreateCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        String tenant = new TenantName(Parameter.given(name)).value();
        JsonNode made =
                ApiClient.of(Account.find(surroundings()))
                        .put(ApiPath.of("tenants", tenant), new byte[0]);
        output.result(made, "Tenant %s is there.".formatted(tenant));
        return ExitCode.DONE;
    }
}
