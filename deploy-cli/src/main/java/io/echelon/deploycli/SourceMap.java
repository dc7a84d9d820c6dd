package io.echelon.deploycli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.echelon.tenants.Json;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The source map beside a bundled file, whose sources are made relative to the user's folder. */
final class SourceMap {
    private SourceMap() {}

    static void relativize(Path map, Path function) throws IOException {
        JsonNode json = Json.mapper().readTree(Files.readAllBytes(map));
        if (!(json instanceof ObjectNode object)) {
            return;
        }
        Path from = map.toAbsolutePath().getParent();
        ArrayNode sources = Json.mapper().createArrayNode();
        for (JsonNode source : json.path("sources")) {
            Path file = from == null ? function : from.resolve(source.asText()).normalize();
            sources.add(function.relativize(file).toString().replace(File.separatorChar, '/'));
        }
        object.set("sources", sources);
        Files.write(map, Json.bytes(object));
    }
}
