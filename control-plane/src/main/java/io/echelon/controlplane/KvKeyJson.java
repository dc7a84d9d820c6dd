package io.echelon.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.echelon.kvstore.KeyPart;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/**
 * Keys as JSON: an array of strings, numbers, booleans, {@code {"$bigint":"1"}}, {@code
 * {"$bytes":"base64"}} and {@code {"$number":"NaN"}}.
 */
final class KvKeyJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private KvKeyJson() {}

    static ArrayNode write(KvKey key) {
        ArrayNode parts = NODES.arrayNode();
        for (KeyPart part : key.parts()) {
            parts.add(
                    switch (part) {
                        case KeyPart.Bytes bytes -> TypedJson.bytes("$bytes", bytes.value());
                        case KeyPart.Text text -> NODES.textNode(text.value());
                        case KeyPart.Big big -> TypedJson.bigint(big.value());
                        case KeyPart.Numeric number -> TypedJson.number(number.value());
                        case KeyPart.Bool bool -> NODES.booleanNode(bool.value());
                    });
        }
        return parts;
    }

    /** The key that a text has; it may be empty. */
    static KvKey parse(String what, String text) {
        JsonNode json;
        try {
            json = TypedJson.parse(what, text);
        } catch (EchelonException e) {
            throw noArray(what, text);
        }
        return read(what, json);
    }

    static KvKey read(String what, JsonNode json) {
        if (!json.isArray()) {
            throw noArray(what, json.toString());
        }
        List<Object> parts = new ArrayList<>();
        for (JsonNode part : json) {
            parts.add(part(what, part));
        }
        return KvKey.of(parts);
    }

    private static Object part(String what, JsonNode part) {
        if (part.isTextual()) {
            return part.textValue();
        }
        if (part.isNumber()) {
            return TypedJson.exactNumber(part);
        }
        if (part.isBoolean()) {
            return part.booleanValue();
        }
        if (TypedJson.isForm(part, "$bigint")) {
            return TypedJson.bigint(part.get("$bigint"));
        }
        if (TypedJson.isForm(part, "$bytes")) {
            return TypedJson.base64(part.get("$bytes"));
        }
        if (TypedJson.isForm(part, "$number")) {
            return TypedJson.specialNumber(part.get("$number"));
        }
        throw refuse(
                "%s has a part that is none; use strings, numbers, booleans, {\"$bigint\":\"1\"} and {\"$bytes\":\"base64\"}"
                        .formatted(what));
    }

    private static EchelonException noArray(String what, String given) {
        return refuse(
                "%s is %s; it must be a JSON array of its parts, such as [\"users\",1]"
                        .formatted(what, TypedJson.abbreviated(given)));
    }

    private static EchelonException refuse(String message) {
        return new EchelonException(ErrorCode.INVALID_ARGUMENT, message);
    }
}
