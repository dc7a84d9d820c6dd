package io.echelon.deploycli;

import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Writes the entries of an export into a database. */
@Command(
        name = "import",
        description = {
            "Write entries from lines of JSON, as `edge kv export` makes them, over what is there.",
            "It is many commits: should it break off, run it again."
        },
        footer = {"", "Example:", "  edge kv import --db copy shop.ndjson"})
final class KvImportCommand extends KvSubcommand {
    private static final int PART_BYTES = 4 * 1024 * 1024;

    @Parameters(
            arity = "0..1",
            paramLabel = "FILE",
            description = "The file; the input unless it is given.")
    private @Nullable Path file;

    KvImportCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws IOException, InterruptedException {
        ApiClient client = client();
        ApiPath target = path().child("import");
        long imported = 0;
        try (BufferedReader lines = lines()) {
            ByteArrayOutputStream part = new ByteArrayOutputStream();
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                part.writeBytes(line.getBytes(StandardCharsets.UTF_8));
                part.write('\n');
                if (part.size() > PART_BYTES) {
                    imported += send(client, target, part);
                    output.step("%,d entries".formatted(imported));
                }
            }
            imported += send(client, target, part);
        }
        if (output.form() == Output.Form.JSON) {
            output.json(Map.of("imported", imported));
        } else {
            output.line("%,d entries are written".formatted(imported));
        }
        return ExitCode.DONE;
    }

    private BufferedReader lines() throws IOException {
        return file == null
                ? new BufferedReader(
                        new InputStreamReader(surroundings().in(), StandardCharsets.UTF_8))
                : Files.newBufferedReader(surroundings().resolve(file));
    }

    private static long send(ApiClient client, ApiPath target, ByteArrayOutputStream part)
            throws InterruptedException {
        long written = client.postLines(target, part.toByteArray()).path("imported").asLong();
        part.reset();
        return written;
    }
}
