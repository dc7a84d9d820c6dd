package io.echelon.deploycli;

import io.echelon.tenants.ProcessSignals;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** Has the platform on this machine read its configuration again. */
@Command(
        name = "reload",
        description =
                "Have every process of the platform on this machine read its configuration again (SIGHUP).",
        footer = {
            "",
            "Settings are in the file echelon.conf of the platform's folder. When anything in it is",
            "wrong, nothing changes.",
            "",
            "Example:",
            "  edge reload"
        })
final class ReloadCommand extends SignalSubcommand {
    private static final String SUBJECT = "Configuration";
    private static final String TAKEN = SUBJECT + " reloaded";
    private static final String REFUSED = SUBJECT + " refused";

    ReloadCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws IOException, InterruptedException {
        Map<String, List<String>> answers = send(ProcessSignals.Kind.HUP);
        boolean refused =
                answers.values().stream()
                        .flatMap(List::stream)
                        .anyMatch(line -> line.contains(REFUSED));
        if (output.form() == Output.Form.JSON) {
            output.json(Map.of("refused", refused, "said", answers));
        } else {
            answers.forEach(
                    (process, lines) ->
                            lines.forEach(
                                    line ->
                                            output.line(
                                                    "%-13s %s"
                                                            .formatted(
                                                                    process,
                                                                    line.substring(
                                                                            line.indexOf(
                                                                                    SUBJECT))))));
        }
        return refused ? ExitCode.FAILED : ExitCode.DONE;
    }

    @Override
    boolean isAbout(String line) {
        return line.contains(" " + SUBJECT);
    }

    @Override
    boolean isLast(String line) {
        return line.contains(TAKEN) || line.contains(REFUSED);
    }
}
