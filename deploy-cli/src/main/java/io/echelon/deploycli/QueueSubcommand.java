package io.echelon.deploycli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** A command about the messages of one database. */
abstract class QueueSubcommand extends TenantSubcommand {
    /** Which database, in one of two ways. */
    static final class Choice {
        @Parameters(
                paramLabel = "A",
                arity = "0..1",
                description = "The app whose own database it is.")
        private @Nullable String app;

        @Option(
                names = {"-d", "--db"},
                paramLabel = "D",
                description = "The database of a name.")
        private @Nullable String database;
    }

    @ArgGroup(exclusive = true, multiplicity = "1")
    private @Nullable Choice choice;

    QueueSubcommand(Surroundings surroundings) {
        super(surroundings);
    }

    final String name() {
        Choice given = Parameter.given(choice);
        return database(given.app, given.database).database();
    }

    /** The queue's path in the API. */
    final ApiPath path() {
        return ApiPath.of("tenants", tenant().value(), "databases", name(), "queue");
    }
}
