package io.echelon.deploycli;

import io.echelon.tenants.DatabaseRef;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;

/** A command about one database of a tenant. */
abstract class KvSubcommand extends TenantSubcommand {
    /** Which database, in one of two ways. */
    static final class Choice {
        @Option(
                names = {"-a", "--app"},
                paramLabel = "A",
                description = "The database that an app opens with Deno.openKv().")
        private @Nullable String app;

        @Option(
                names = {"-d", "--db"},
                paramLabel = "D",
                description = "The database of a name; it exists from its first entry on.")
        private @Nullable String database;
    }

    @ArgGroup(exclusive = true, multiplicity = "1")
    private @Nullable Choice choice;

    KvSubcommand(Surroundings surroundings) {
        super(surroundings);
    }

    final DatabaseRef database() {
        Choice given = Parameter.given(choice);
        return database(given.app, given.database);
    }

    /** The database's path in the API. */
    final ApiPath path() {
        DatabaseRef database = database();
        return ApiPath.of("tenants", database.tenant().value(), "databases", database.database());
    }
}
