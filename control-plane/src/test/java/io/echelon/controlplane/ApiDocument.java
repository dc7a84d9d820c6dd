package io.echelon.controlplane;

import static io.restassured.RestAssured.given;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The OpenAPI document as the running API tells it. */
final class ApiDocument {
    private final JsonNode document;

    /**
     * One route.
     *
     * @param path with its parameters in braces
     * @param operation what the document says of it
     */
    record Route(String method, String path, JsonNode operation) {
        /** The path with values for its parameters; those that have none are {@code nobody}. */
        String with(Map<String, String> parameters) {
            String filled = path;
            for (Map.Entry<String, String> parameter : parameters.entrySet()) {
                filled = filled.replace("{" + parameter.getKey() + "}", parameter.getValue());
            }
            return filled.replaceAll("\\{[^}]*}", "nobody");
        }

        /** Whether it takes a body that is JSON. */
        boolean takesJson() {
            return operation.path("requestBody").path("content").has("application/json");
        }

        boolean hasParameter(String in, String name) {
            for (JsonNode parameter : operation.path("parameters")) {
                if (parameter.path("in").asText().equals(in)
                        && parameter.path("name").asText().equalsIgnoreCase(name)) {
                    return true;
                }
            }
            return false;
        }

        @Override
        public String toString() {
            return method + " " + path;
        }
    }

    private ApiDocument(JsonNode document) {
        this.document = document;
    }

    static ApiDocument read() {
        try {
            return new ApiDocument(
                    Json.mapper()
                            .readTree(
                                    given().accept("application/json")
                                            .get("/api/v1/openapi")
                                            .asByteArray()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    List<Route> routes() {
        List<Route> routes = new ArrayList<>();
        document.path("paths")
                .properties()
                .forEach(
                        path ->
                                path.getValue()
                                        .properties()
                                        .forEach(
                                                operation -> {
                                                    if (!operation.getKey().equals("parameters")) {
                                                        routes.add(
                                                                new Route(
                                                                        operation
                                                                                .getKey()
                                                                                .toUpperCase(
                                                                                        Locale
                                                                                                .ROOT),
                                                                        path.getKey(),
                                                                        operation.getValue()));
                                                    }
                                                }));
        return routes;
    }

    JsonNode json() {
        return document;
    }

    /** A schema, with a reference followed. */
    JsonNode resolved(JsonNode schema) {
        String reference = schema.path("$ref").asText();
        return reference.isEmpty() ? schema : document.at(reference.substring(1));
    }
}
