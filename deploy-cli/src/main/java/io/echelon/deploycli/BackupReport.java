package io.echelon.deploycli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.echelon.tenants.BackupContents;
import io.echelon.tenants.Json;
import java.nio.file.Path;

/** Says what a backup holds. */
final class BackupReport {
    private static final double MEGABYTE = 1024.0 * 1024;

    private BackupReport() {}

    static void print(Output output, BackupContents contents, Path file) {
        if (output.form() == Output.Form.JSON) {
            ObjectNode view = Json.mapper().valueToTree(contents);
            output.json(view.put("file", file.toString()));
            return;
        }
        output.line("%s is whole: %s".formatted(file, summary(contents)));
        warn(output, contents);
    }

    /** What is in it, in a line. */
    static String summary(BackupContents contents) {
        return "%d databases with %,d entries and %,d messages (%.1f MB), %,d blobs (%.1f MB), as they were at %s, versionstamp %s"
                .formatted(
                        contents.databases().size(),
                        contents.entries(),
                        contents.messages(),
                        contents.rowBytes() / MEGABYTE,
                        contents.blobs(),
                        contents.blobBytes() / MEGABYTE,
                        contents.takenAt(),
                        contents.versionstamp());
    }

    private static void warn(Output output, BackupContents contents) {
        if (!contents.missingBlobs().isEmpty()) {
            output.note(
                    "No node has %d files of revisions any more, so they are not in it; the first is %s"
                            .formatted(
                                    contents.missingBlobs().size(),
                                    contents.missingBlobs().getFirst()));
        }
        if (!contents.masterKeys().isEmpty()) {
            output.note(
                    "Its secrets are sealed by the master key %s, which is not in it: keep that file too"
                            .formatted(String.join(", ", contents.masterKeys())));
        }
    }
}
