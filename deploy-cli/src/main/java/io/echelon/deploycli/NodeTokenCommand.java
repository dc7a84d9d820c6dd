package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes a token by which nodes of other machines join. */
@Command(
        name = "token",
        description = {
            "Make a token by which a node of another machine joins the platform, and print it, this",
            "once. It is good for one node and an hour unless more is asked for."
        },
        footer = {"", "Example:", "  edge node token --minutes 10 > token"})
final class NodeTokenCommand extends Subcommand {
    @Option(
            names = "--minutes",
            paramLabel = "M",
            description = "How long it is good for; 60 unless given, 10080 at most.")
    private @Nullable Integer minutes;

    @Option(
            names = "--uses",
            paramLabel = "N",
            description = "How many nodes may join by it; 1 unless given, 100 at most.")
    private @Nullable Integer uses;

    NodeTokenCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        Map<String, Object> request = new LinkedHashMap<>();
        if (minutes != null) {
            request.put("expiresInMinutes", minutes);
        }
        if (uses != null) {
            request.put("uses", uses);
        }
        JsonNode token =
                ApiClient.of(Account.find(surroundings())).post(ApiPath.of("node-tokens"), request);
        TokensCreateCommand.print(output, token);
        return ExitCode.DONE;
    }
}
