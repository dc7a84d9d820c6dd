package io.echelon.deploycli;

import io.echelon.tenants.TenantName;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Deletes a tenant. */
@Command(
        name = "delete",
        description =
                "Delete a tenant that has neither apps nor data, with its members and tokens.",
        footer = {"", "Example:", "  edge tenants delete acme"})
final class TenantsDeleteCommand extends Subcommand {
    @Parameters(paramLabel = "T", description = "The tenant's name.")
    private @Nullable String name;

    TenantsDeleteCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        String tenant = new TenantName(Parameter.given(name)).value();
        ApiClient.of(Account.find(surroundings())).delete(ApiPath.of("tenants", tenant));
        output.note("Tenant %s is deleted.".formatted(tenant));
        return ExitCode.DONE;
    }
}
