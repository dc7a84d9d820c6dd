package io.echelon.kvstore.connect;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** Names that both sides of the protocol use, and how errors travel. */
final class Wire {
    static final String PROTOBUF = "application/x-protobuf";
    static final String OCTETS = "application/octet-stream";
    static final String JSON = "application/json";
    static final String TEXT = "text/plain";
    static final String VERSION_HEADER = "x-denokv-version";
    static final String DATABASE_HEADER = "x-denokv-database-id";
    static final String DATABASE_HEADER_V1 = "x-transaction-domain-id";

    /** The {@link ErrorCode} of a refusal, beside its status, which several codes share. */
    static final String ERROR_HEADER = "x-echelon-error";

    static final String SNAPSHOT_READ = "snapshot_read";
    static final String ATOMIC_WRITE = "atomic_write";
    static final String WATCH = "watch";

    /** All entries; for the platform's own parts alone. */
    static final String SNAPSHOT = "snapshot";

    private Wire() {}

    /** The refusal that an answer with a status from 400 on carries. */
    static EchelonException refusal(int status, Optional<String> code, byte[] body) {
        String text = new String(body, StandardCharsets.UTF_8);
        ErrorCode known =
                Arrays.stream(ErrorCode.values())
                        .filter(candidate -> code.filter(candidate.name()::equals).isPresent())
                        .findFirst()
                        .orElseGet(() -> byStatus(status));
        return new EchelonException(known, message(text).orElse(text));
    }

    private static ErrorCode byStatus(int status) {
        return switch (status) {
            case 400 -> ErrorCode.INVALID_ARGUMENT;
            case 401 -> ErrorCode.UNAUTHENTICATED;
            case 403 -> ErrorCode.PERMISSION_DENIED;
            case 404 -> ErrorCode.NOT_FOUND;
            case 409 -> ErrorCode.CONFLICT;
            case 413 -> ErrorCode.PAYLOAD_TOO_LARGE;
            case 507 -> ErrorCode.STORAGE_FULL;
            default -> ErrorCode.UNAVAILABLE;
        };
    }

    /** The message of the platform's JSON error body, when the text is one. */
    private static Optional<String> message(String text) {
        if (!text.startsWith("{")) {
            return Optional.empty();
        }
        try {
            JsonNode message = Json.mapper().readTree(text).path("error").path("message");
            return message.isTextual() ? Optional.of(message.asText()) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }
}
