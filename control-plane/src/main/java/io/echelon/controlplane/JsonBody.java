package io.echelon.controlplane;

import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.exc.ValueInstantiationException;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import io.echelon.tenants.Manifest;
import java.io.IOException;
import java.io.InputStream;

/** Reads what callers send as JSON. Every refusal says where and why. */
final class JsonBody {
    private static final ObjectReader READER =
            Json.mapper()
                    .readerFor(JsonNode.class)
                    .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private JsonBody() {}

    /** A record of the API. */
    static <T> T read(InputStream body, Class<T> type) {
        return bind(tree(body), type);
    }

    /** A manifest; what it leaves out is as in {@link ManifestDefaults}. */
    static Manifest readManifest(InputStream body) {
        JsonNode tree = tree(body);
        if (tree instanceof ObjectNode manifest) {
            ManifestDefaults.fill(manifest);
        }
        return bind(tree, Manifest.class);
    }

    /** A value of any shape. */
    static JsonNode value(InputStream body) {
        return tree(body);
    }

    private static JsonNode tree(InputStream body) {
        byte[] bytes = bytes(body);
        if (bytes.length == 0) {
            throw refuse("The body is empty; send JSON");
        }
        try {
            return READER.readValue(bytes);
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            throw refuse(
                    "The body is not JSON, line %d, column %d: %s"
                            .formatted(
                                    at == null ? 1 : at.getLineNr(),
                                    at == null ? 1 : at.getColumnNr(),
                                    e.getOriginalMessage()));
        } catch (IOException e) {
            throw refuse("The body could not be read as JSON");
        }
    }

    private static byte[] bytes(InputStream body) {
        try {
            byte[] bytes = body.readNBytes((int) RequestGate.JSON_MAX_BYTES + 1);
            if (bytes.length > RequestGate.JSON_MAX_BYTES) {
                throw new EchelonException(
                        ErrorCode.PAYLOAD_TOO_LARGE,
                        "The body is more than %,d bytes, which is the most that JSON may have"
                                .formatted(RequestGate.JSON_MAX_BYTES));
            }
            return bytes;
        } catch (IOException e) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT, "The body ended early; send it again", e);
        }
    }

    private static <T> T bind(JsonNode tree, Class<T> type) {
        RecordShape.check(tree, type);
        try {
            return Json.mapper().treeToValue(tree, type);
        } catch (ValueInstantiationException e) {
            if (e.getCause() instanceof EchelonException refusal) {
                throw refusal;
            }
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT, "The body has a value that is not allowed", e);
        } catch (JsonProcessingException e) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT, "The body has a value that is not allowed", e);
        }
    }

    private static EchelonException refuse(String message) {
        return new EchelonException(ErrorCode.INVALID_ARGUMENT, message);
    }
}
