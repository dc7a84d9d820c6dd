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
        return "%s with %s and %s (%.1f MB), %s (%.1f MB), as they were at %s, versionstamp %s"
                .formatted(
                        counted(contents.databases().size(), "database", "databases"),
                        counted(contents.entries(), "entry", "entries"),
                        counted(contents.messages(), "message", "messages"),
                        contents.rowBytes() / MEGABYTE,
                        counted(contents.blobs(), "blob", "blobs"),
                        contents.blobBytes() / MEGABYTE,
                        contents.takenAt(),
                        contents.versionstamp());
    }

    private static String counted(long count, String one, String several) {
        return "%,d %s".formatted(count, count == 1 ? one : several);
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
