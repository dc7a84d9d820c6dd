package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.Stickiness;
import io.echelon.tenants.TrafficSplit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a revision the one that an app's own address leads to. */
@Command(
        name = "promote",
        description = "Let an app's own address lead to a revision, for all requests or a part.",
        footer = {
            "",
            "Example:",
            "  edge promote hello v2",
            "  edge promote hello v3 --percent 10 --sticky cookie",
            "  edge promote hello v3 --percent 0"
        })
final class PromoteCommand extends TenantSubcommand {
    @Parameters(index = "0", paramLabel = "APP", description = "The app's name.")
    private @Nullable String app;

    @Parameters(index = "1", paramLabel = "REV", description = "The revision, such as v2.")
    private @Nullable String revision;

    @Option(
            names = "--percent",
            paramLabel = "P",
            description =
                    "How many of a hundred requests it gets beside those that serve now; 0 takes it out again.")
    private @Nullable Integer percent;

    @Option(
            names = "--sticky",
            paramLabel = "BY",
            description =
                    "With --percent: what callers are known by, so that each stays with its revision: cookie, header:NAME or none.")
    private @Nullable String sticky;

    PromoteCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        String label = Parameter.given(revision);
        RevisionId.parseLabel(label);
        JsonNode answer =
                client().post(app(Parameter.given(app)).child("promote"), promotion(label));
        if (output.form() == Output.Form.JSON) {
            output.json(answer);
        } else {
            String alone = percent != null && percent == 0 ? Views.text(answer, "from") : label;
            output.line(
                    "%s now serves %s".formatted(app, Views.served(answer.path("split"), alone)));
        }
        return ExitCode.DONE;
    }

    private Map<String, Object> promotion(String label) {
        Map<String, Object> promotion = new LinkedHashMap<>(Map.of("revision", label));
        if (percent != null) {
            promotion.put("percent", TrafficSplit.checkedPercent(percent));
        }
        if (sticky != null) {
            promotion.put("sticky", Stickiness.parse(sticky).text());
        }
        return promotion;
    }
}
