package io.echelon.deploycli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** A command about one cron of an app. */
abstract class CronSubcommand extends TenantSubcommand {
    @Parameters(index = "0", paramLabel = "APP", description = "The app's name.")
    private @Nullable String app;

    @Parameters(index = "1", paramLabel = "NAME", description = "The cron's name.")
    private @Nullable String name;

    CronSubcommand(Surroundings surroundings) {
        super(surroundings);
    }

    final String name() {
        return Parameter.given(name);
    }

    /** The cron's path in the API. */
    final ApiPath path() {
        return app(Parameter.given(app)).child("crons").child(name());
    }
}
