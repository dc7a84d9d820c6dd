package io.echelon.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.Json;
import io.echelon.tenants.Limits;
import io.echelon.tenants.Permissions;

/** What holds for a manifest that leaves something out; its entry and files it must name. */
final class ManifestDefaults {
    private static final ObjectMapper MAPPER = Json.mapper();

    private ManifestDefaults() {}

    static void fill(ObjectNode manifest) {
        absent(manifest, "isolation", MAPPER.valueToTree(Isolation.REQUEST));
        absent(manifest, "warm", MAPPER.valueToTree(Limits.WARM_DEFAULT));
        absent(manifest, "limits", MAPPER.createObjectNode());
        absent(manifest, "permissions", MAPPER.createObjectNode());
        absent(manifest, "env", MAPPER.createObjectNode());
        absent(manifest, "crons", MAPPER.createArrayNode());
        fill(manifest.get("limits"), MAPPER.valueToTree(FunctionLimits.DEFAULT));
        fill(manifest.get("permissions"), MAPPER.valueToTree(Permissions.DEFAULT));
        fill(manifest.get("assets"), MAPPER.createObjectNode().put("spa", false));
    }

    private static void fill(JsonNode node, ObjectNode defaults) {
        if (node instanceof ObjectNode object) {
            defaults.properties()
                    .forEach(entry -> absent(object, entry.getKey(), entry.getValue()));
        }
    }

    private static void absent(ObjectNode object, String field, JsonNode value) {
        if (!object.has(field)) {
            object.set(field, value);
        }
    }
}
