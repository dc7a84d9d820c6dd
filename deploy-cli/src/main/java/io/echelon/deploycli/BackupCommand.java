package io.echelon.deploycli;

import io.echelon.tenants.BackupContents;
import io.echelon.tenants.BackupReader;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Takes a backup of the platform, or says what one holds. */
@Command(
        name = "backup",
        description = {
            "Write all databases, messages and blobs of the platform into a file, as they are now.",
            "The platform goes on meanwhile. `edge up --restore FILE` begins a new one with it."
        },
        footer = {
            "",
            "The master key, in the platform's folder, is not in it: keep that elsewhere, for secrets",
            "cannot be opened without it.",
            "",
            "Examples:",
            "  edge backup platform.backup",
            "  edge backup --check platform.backup"
        })
final class BackupCommand extends Subcommand {
    @Parameters(index = "0", paramLabel = "FILE", description = "The backup.")
    private @Nullable Path file;

    @Option(
            names = "--check",
            description =
                    "Read a backup that is there, and say whether it is whole and what it holds.")
    private boolean check;

    BackupCommand(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    ExitCode run(Output output) throws IOException, InterruptedException {
        Path target = surroundings().resolve(Parameter.given(file));
        BackupContents contents;
        if (check) {
            try (InputStream in = new BufferedInputStream(Files.newInputStream(target))) {
                contents = new BackupReader(in).readToEnd();
            }
        } else {
            output.step("Taking a backup …");
            InputStream backup =
                    ApiClient.of(Account.find(surroundings())).stream(
                            ApiPath.of("backup"), "application/octet-stream");
            contents = new BackupFile(target).write(backup);
        }
        BackupReport.print(output, contents, target);
        return ExitCode.DONE;
    }
}
