package io.echelon.deploycli;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Sets secrets. */
@Command(
        name = "set",
        description =
                "Set secrets, and roll a revision with them out. A name alone takes its value from the input.",
        footer = {"", "Example:", "  edge secret set hello API_KEY < key.txt"})
final class SecretSetCommand extends SettingsSubcommand {
    @Parameters(
            index = "1..*",
            arity = "1..*",
            paramLabel = "NAME[=VALUE]",
            description = "The secrets; others may see a command line, so better pipe the value.")
    private List<String> words = List.of();

    SecretSetCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws IOException, InterruptedException {
        change(output, "secrets", secrets(), List.of());
        return ExitCode.DONE;
    }

    private Map<String, String> secrets() throws IOException {
        if (words.size() > 1 || words.getFirst().indexOf('=') >= 0) {
            return pairs(words);
        }
        String value =
                new String(surroundings().in().readAllBytes(), StandardCharsets.UTF_8)
                        .replaceFirst("\\r?\\n$", "");
        if (value.isEmpty()) {
            throw new CliException(
                    ExitCode.WRONG_USAGE, "No value: write NAME=VALUE, or pipe the value in");
        }
        return Map.of(words.getFirst(), value);
    }
}
