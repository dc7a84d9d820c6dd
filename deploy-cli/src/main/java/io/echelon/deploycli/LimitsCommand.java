package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Shows and changes what an isolate of an app may use. */
@Command(
        name = "limits",
        description = {
            "Show what one isolate of an app may use, or change it and roll a revision with it out.",
            "The next deployment brings the limits of its edge.json: write there what is to stay."
        },
        footer = {"", "Example:", "  edge limits hello --cpu-ms 500"})
final class LimitsCommand extends SettingsSubcommand {
    @Option(names = "--cpu-ms", paramLabel = "N", description = "CPU time a request, in ms.")
    private @Nullable Integer cpuMs;

    @Option(names = "--memory-mb", paramLabel = "N", description = "Memory an isolate, in MiB.")
    private @Nullable Integer memoryMb;

    @Option(
            names = "--wall-ms",
            paramLabel = "N",
            description = "Time to the head of the answer, in ms.")
    private @Nullable Integer wallMs;

    LimitsCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws InterruptedException {
        Map<String, Integer> wanted = new LinkedHashMap<>();
        note(wanted, "cpuMs", cpuMs);
        note(wanted, "memoryMb", memoryMb);
        note(wanted, "wallMs", wallMs);
        if (wanted.isEmpty()) {
            show(output, client().get(path("limits")));
        } else {
            JsonNode changed = client().patch(path("limits"), wanted);
            follow(output, Views.text(changed, "revision"));
        }
        return ExitCode.DONE;
    }

    private static void note(Map<String, Integer> wanted, String name, @Nullable Integer value) {
        if (value != null) {
            wanted.put(name, value);
        }
    }

    private static void show(Output output, JsonNode limits) {
        output.result(
                limits,
                "CPU %,d ms a request, memory %,d MiB an isolate, %,d ms to the head of the answer"
                        .formatted(
                                limits.path("cpuMs").asInt(),
                                limits.path("memoryMb").asInt(),
                                limits.path("wallMs").asInt()));
    }
}
