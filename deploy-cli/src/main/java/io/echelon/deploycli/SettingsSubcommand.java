package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.AppName;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Parameters;

/** A command about the variables, the secrets or the limits of one app. */
abstract class SettingsSubcommand extends TenantSubcommand {
    @Parameters(index = "0", paramLabel = "APP", description = "The app's name.")
    private @Nullable String app;

    SettingsSubcommand(Surroundings surroundings) {
        super(surroundings);
    }

    final AppName app() {
        return new AppName(Parameter.given(app));
    }

    /** The path of the app's variables, {@code env}, secrets or limits. */
    final ApiPath path(String settings) {
        return app(app().value()).child(settings);
    }

    /** Sends a change, and follows the revision that it makes until it serves. */
    final void change(Output output, String settings, Map<String, String> set, List<String> unset)
            throws InterruptedException {
        JsonNode changed = client().patch(path(settings), Map.of("set", set, "unset", unset));
        if (!changed.hasNonNull("revision")) {
            output.result(
                    changed,
                    "Kept for the next revision of %s; it serves none yet.".formatted(app()));
            return;
        }
        follow(output, Views.text(changed, "revision"));
    }

    /** Follows a revision of the app until it serves, and says where. */
    final void follow(Output output, String revision) throws InterruptedException {
        JsonNode done =
                new Deployment(client(), tenantPath(), app(app().value()), output).follow(revision);
        output.result(
                done,
                "%s %s  %s"
                        .formatted(app(), Views.text(done, "revision"), Views.text(done, "url")));
    }

    /** Names and values as a command line has them: {@code NAME=VALUE} each, or one of each. */
    static Map<String, String> pairs(List<String> words) {
        if (words.size() == 2 && words.getFirst().indexOf('=') < 0) {
            return Map.of(words.getFirst(), words.getLast());
        }
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String word : words) {
            int equals = word.indexOf('=');
            if (equals < 1) {
                throw new CliException(
                        ExitCode.WRONG_USAGE,
                        "Write NAME=VALUE; one of the words has no name before =");
            }
            pairs.put(word.substring(0, equals), word.substring(equals + 1));
        }
        return pairs;
    }
}
