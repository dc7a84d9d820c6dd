package io.echelon.deploycli;

import io.echelon.tenants.AppName;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.TenantName;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** A command that calls the platform about a tenant's apps. */
abstract class TenantSubcommand extends Subcommand {
    @Option(
            names = {"-t", "--tenant"},
            paramLabel = "T",
            description =
                    "The tenant; else ECHELON_TENANT, else that of the token of `edge login`, else default.")
    private @Nullable String tenant;

    TenantSubcommand(Surroundings surroundings) {
        super(surroundings);
    }

    final TenantName tenant() {
        if (tenant != null) {
            return new TenantName(tenant);
        }
        String variable = surroundings().variable("ECHELON_TENANT");
        return variable == null ? Account.tenant(surroundings()) : new TenantName(variable);
    }

    /** The database that an app opens for itself, or else the one of a name; one must be given. */
    final DatabaseRef database(@Nullable String app, @Nullable String name) {
        return app != null
                ? DatabaseRef.of(tenant(), new AppName(app))
                : new DatabaseRef(tenant(), Parameter.given(name));
    }

    final ApiClient client() {
        return ApiClient.of(Account.find(surroundings()));
    }

    final ApiPath tenantPath() {
        return ApiPath.of("tenants", tenant().value());
    }

    final ApiPath apps() {
        return tenantPath().child("apps");
    }

    final ApiPath app(String name) {
        return apps().child(new AppName(name).value());
    }
}
