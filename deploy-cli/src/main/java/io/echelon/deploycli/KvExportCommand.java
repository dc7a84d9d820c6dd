package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.Json;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Writes a whole database as lines of JSON. */
@Command(
        name = "export",
        description = {
            "Write all entries as lines of JSON, with the bytes of their values and their expiry.",
            "They are one state of the database, or the last line says that they are not."
        },
        footer = {"", "Example:", "  edge kv export --app shop --output shop.ndjson"})
final class KvExportCommand extends KvSubcommand {
    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write to a file, which appears when it is whole; else to the output.")
    private @Nullable Path file;

    KvExportCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws IOException, InterruptedException {
        Path target = file == null ? null : surroundings().resolve(file);
        if (target == null) {
            export(output::line);
            return ExitCode.DONE;
        }
        Path making = target.resolveSibling(target.getFileName() + ".making");
        JsonNode last;
        try (BufferedWriter out = Files.newBufferedWriter(making)) {
            last =
                    export(
                            line -> {
                                out.write(line);
                                out.newLine();
                            });
        } catch (IOException | RuntimeException e) {
            Files.deleteIfExists(making);
            throw e;
        }
        Files.move(making, target, StandardCopyOption.REPLACE_EXISTING);
        long count = last.path("exported").asLong();
        if (output.form() == Output.Form.JSON) {
            output.json(Map.of("exported", count, "file", target.toString()));
        } else {
            output.line("%,d entries are in %s".formatted(count, target));
        }
        return ExitCode.DONE;
    }

    /** Who takes lines. */
    private interface Lines {
        void add(String line) throws IOException;
    }

    /** Passes all lines on, and returns the last, which shows that they are all. */
    private JsonNode export(Lines lines) throws IOException, InterruptedException {
        String last = "{}";
        try (BufferedReader in =
                new BufferedReader(
                        new InputStreamReader(
                                client().stream(path().child("export"), "application/x-ndjson"),
                                StandardCharsets.UTF_8))) {
            for (String line = in.readLine(); line != null; line = in.readLine()) {
                lines.add(line);
                last = line;
            }
        }
        JsonNode end = Json.mapper().readTree(last);
        if (!end.has("exported")) {
            throw new CliException(
                    ExitCode.UNREACHABLE,
                    "The export broke off: its last line is missing; try again");
        }
        return end;
    }
}
