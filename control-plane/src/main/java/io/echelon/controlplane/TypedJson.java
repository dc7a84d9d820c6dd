package io.echelon.controlplane;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Base64;

/** What keys and values share in JSON: objects of one member whose name begins with a dollar. */
final class TypedJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    /** Whole numbers that have one double each. */
    private static final long EXACT_MAX = 1L << 53;

    /**
     * Digits of a bigint: as many as a value could hold, and no work that grows with their square.
     */
    private static final int BIGINT_MAX_CHARS = 20_000;

    private static final ObjectReader READER =
            Json.mapper()
                    .readerFor(JsonNode.class)
                    .with(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .with(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .with(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS);

    private TypedJson() {}

    static JsonNode parse(String what, String text) {
        try {
            JsonNode json = READER.readValue(text);
            if (json.isMissingNode()) {
                throw refuse("%s is empty; send JSON".formatted(what));
            }
            return json;
        } catch (JsonProcessingException e) {
            throw refuse("%s is not JSON: %s".formatted(what, e.getOriginalMessage()));
        }
    }

    /** Whether a node is an object whose only member has a name. */
    static boolean isForm(JsonNode node, String name) {
        return node.isObject() && node.size() == 1 && node.has(name);
    }

    static ObjectNode form(String name, JsonNode content) {
        return NODES.objectNode().set(name, content);
    }

    static ObjectNode form(String name, String content) {
        return form(name, NODES.textNode(content));
    }

    static ObjectNode bytes(String name, byte[] data) {
        return form(name, Base64.getEncoder().encodeToString(data));
    }

    static ObjectNode bigint(BigInteger value) {
        return form("$bigint", value.toString());
    }

    /** A number as JSON has it, or in a form when JSON has none. */
    static JsonNode number(double value) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            return form("$number", Double.toString(value));
        }
        if (value == 0 && Double.doubleToRawLongBits(value) != 0) {
            return form("$number", "-0");
        }
        if (value == Math.rint(value) && Math.abs(value) <= EXACT_MAX) {
            return NODES.numberNode((long) value);
        }
        return NODES.numberNode(value);
    }

    /** The double of a JSON number; one whole number that no double has is refused. */
    static double exactNumber(JsonNode number) {
        double value = number.doubleValue();
        if (Double.isInfinite(value)
                || (number.isIntegralNumber()
                        && new BigDecimal(value).toBigInteger().compareTo(number.bigIntegerValue())
                                != 0)) {
            throw refuse(
                    "The number %s has no exact JavaScript number; write {\"$bigint\":\"…\"}"
                            .formatted(abbreviated(number.asText())));
        }
        return value;
    }

    static double specialNumber(JsonNode content) {
        return switch (content.asText()) {
            case "NaN" -> Double.NaN;
            case "Infinity" -> Double.POSITIVE_INFINITY;
            case "-Infinity" -> Double.NEGATIVE_INFINITY;
            case "-0" -> -0.0;
            default ->
                    throw refuse(
                            "$number is \"%s\"; it must be NaN, Infinity, -Infinity or -0"
                                    .formatted(abbreviated(content.asText())));
        };
    }

    static BigInteger bigint(JsonNode content) {
        String text = content.asText();
        if (!content.isTextual() || text.length() > BIGINT_MAX_CHARS || !text.matches("-?[0-9]+")) {
            throw refuse(
                    "$bigint is \"%s\"; it must be a string of at most %,d decimal digits"
                            .formatted(abbreviated(text), BIGINT_MAX_CHARS));
        }
        return new BigInteger(text);
    }

    static byte[] base64(JsonNode content) {
        try {
            if (content.isTextual()) {
                return Base64.getDecoder().decode(content.textValue());
            }
        } catch (IllegalArgumentException e) {
            // Said below, as for what is no text.
        }
        throw refuse("Bytes must be a string of base64");
    }

    static String abbreviated(String text) {
        return text.length() <= 40 ? text : text.substring(0, 40) + "…";
    }

    static EchelonException refuse(String message) {
        return new EchelonException(ErrorCode.INVALID_ARGUMENT, message);
    }
}
