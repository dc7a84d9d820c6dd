package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Finds imports of addresses in the network, which esbuild leaves alone and a node refuses. */
final class RemoteImports {
    /** What esbuild writes into a bundle itself, for syntax that it replaces. */
    private static final String HELPERS = "<runtime>";

    private RemoteImports() {}

    static void refuse(Path folder, Path metafile) throws IOException {
        JsonNode inputs = Json.mapper().readTree(Files.readAllBytes(metafile)).path("inputs");
        for (Map.Entry<String, JsonNode> input : inputs.properties()) {
            for (JsonNode imported : input.getValue().path("imports")) {
                String path = imported.path("path").asText();
                boolean dynamic = imported.path("kind").asText().equals("dynamic-import");
                if (imported.path("external").asBoolean()
                        && !path.equals(HELPERS)
                        && !path.startsWith("node:")
                        && !dynamic) {
                    throw new CliException(
                            ExitCode.FAILED,
                            "%s:%d: \"%s\" cannot be imported; bundles are made of local files and npm packages"
                                    .formatted(
                                            input.getKey(),
                                            line(folder.resolve(input.getKey()), path),
                                            path));
                }
            }
        }
    }

    /** The line that names a specifier first, 1 when none does. */
    private static int line(Path file, String specifier) throws IOException {
        if (!Files.isRegularFile(file)) {
            return 1;
        }
        List<String> lines = Files.readAllLines(file);
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).contains(specifier)) {
                return i + 1;
            }
        }
        return 1;
    }
}
