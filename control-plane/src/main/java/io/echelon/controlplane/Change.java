package io.echelon.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.Json;
import jakarta.enterprise.context.RequestScoped;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What the request under way changes, told by whoever changes it, for the audit. */
@RequestScoped
class Change {
    private @Nullable JsonNode before;
    private @Nullable JsonNode after;

    /** What was there; no secrets. */
    void from(Map<String, ?> was) {
        before = Json.mapper().valueToTree(was);
    }

    /** What is there now; no secrets. */
    void to(Map<String, ?> is) {
        after = Json.mapper().valueToTree(is);
    }

    @Nullable JsonNode before() {
        return before;
    }

    @Nullable JsonNode after() {
        return after;
    }
}
