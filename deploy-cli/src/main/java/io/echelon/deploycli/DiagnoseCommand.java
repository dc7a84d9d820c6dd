package io.echelon.deploycli;

import io.echelon.tenants.ProcessSignals;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;

/** Has the platform on this machine write down how it is doing. */
@Command(
        name = "diagnose",
        description =
                "Have every process of the platform on this machine write down how it is doing (SIGUSR1).",
        footer = {
            "",
            "Each writes a file of JSON: threads, memory, isolates, store, routes, queues, warnings and",
            "settings, without secrets.",
            "",
            "Example:",
            "  edge diagnose"
        })
final class DiagnoseCommand extends SignalSubcommand {
    private static final String WHERE = "Diagnostics are in ";
    private static final String FAILED = "Diagnostics could not be written";

    DiagnoseCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws IOException, InterruptedException {
        Map<String, String> files = new LinkedHashMap<>();
        for (var answer : send(ProcessSignals.Kind.USR1).entrySet()) {
            files.put(answer.getKey(), file(answer.getKey(), answer.getValue().getLast()));
        }
        if (output.form() == Output.Form.JSON) {
            output.json(files);
        } else {
            files.forEach((process, file) -> output.line("%-13s %s".formatted(process, file)));
        }
        return ExitCode.DONE;
    }

    private static String file(String process, String line) {
        int at = line.indexOf(WHERE);
        if (at < 0) {
            throw new CliException(
                    ExitCode.FAILED,
                    "%s could not write its diagnostics; its log says why".formatted(process));
        }
        return line.substring(at + WHERE.length());
    }

    @Override
    boolean isAbout(String line) {
        return isLast(line);
    }

    @Override
    boolean isLast(String line) {
        return line.contains(WHERE) || line.contains(FAILED);
    }
}
