package io.echelon.kvstore.connect;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import java.io.IOException;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * What the metadata exchange tells a client.
 *
 * @param version of the protocol, 1 to 3
 * @param token for the data path
 * @param expiresAt until when the client may use it
 */
record Metadata(
        int version, UUID databaseId, List<Endpoint> endpoints, String token, Instant expiresAt) {

    static final List<Integer> VERSIONS = List.of(3, 2, 1);

    /**
     * Where reads and writes go.
     *
     * @param url absolute, or relative to that of the exchange from version 2 on
     * @param consistency {@code strong} or {@code eventual}
     */
    record Endpoint(String url, String consistency) {}

    byte[] json() {
        return Json.bytes(
                Map.of(
                        "version",
                        version,
                        "databaseId",
                        databaseId.toString(),
                        "endpoints",
                        endpoints,
                        "token",
                        token,
                        "expiresAt",
                        expiresAt.toString()));
    }

    static Metadata read(byte[] json) {
        try {
            JsonNode tree = Json.mapper().readTree(json);
            List<Endpoint> endpoints = new ArrayList<>();
            for (JsonNode endpoint : tree.path("endpoints")) {
                endpoints.add(
                        new Endpoint(
                                endpoint.path("url").asText(),
                                endpoint.path("consistency").asText()));
            }
            return new Metadata(
                    tree.path("version").asInt(),
                    UUID.fromString(tree.path("databaseId").asText()),
                    endpoints,
                    tree.path("token").asText(),
                    Instant.parse(tree.path("expiresAt").asText()));
        } catch (IOException | IllegalArgumentException | DateTimeParseException e) {
            throw new EchelonException(
                    ErrorCode.UNAVAILABLE,
                    "The address answers, but not as a KV Connect server does; check it",
                    e);
        }
    }

    /** The newest version that both sides speak; a request without a body speaks version 1. */
    static int negotiate(byte[] request) {
        if (request.length == 0) {
            return 1;
        }
        List<Integer> supported = new ArrayList<>();
        try {
            for (JsonNode version : Json.mapper().readTree(request).path("supportedVersions")) {
                supported.add(version.asInt());
            }
        } catch (IOException e) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT,
                    "The metadata request is no JSON; send {\"supportedVersions\": [1, 2, 3]}",
                    e);
        }
        return VERSIONS.stream()
                .filter(supported::contains)
                .findFirst()
                .orElseThrow(
                        () ->
                                new EchelonException(
                                        ErrorCode.INVALID_ARGUMENT,
                                        "None of the client's protocol versions is known here; versions 1 to 3 are"));
    }
}
