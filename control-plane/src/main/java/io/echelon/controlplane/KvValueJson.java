package io.echelon.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.v8.V8Reader;
import io.echelon.kvstore.v8.V8Value;
import io.echelon.kvstore.v8.V8Value.Property;
import io.echelon.kvstore.v8.V8Writer;
import java.math.BigInteger;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Values as JSON shows them; docs/kv-tools.md lists the forms for what JSON lacks. What cannot be
 * shown is {@code {"$v8":"base64"}}.
 */
final class KvValueJson {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final double DATE_MAX_MS = 8.64e15;

    private KvValueJson() {}

    static JsonNode write(KvValue value) {
        return switch (value) {
            case KvValue.U64 number -> TypedJson.form("$u64", number.toString());
            case KvValue.Bytes bytes -> TypedJson.bytes("$bytes", bytes.data());
            case KvValue.V8 v8 ->
                    V8Reader.read(v8.data())
                            .map(KvValueJson::write)
                            .orElseGet(() -> TypedJson.bytes("$v8", v8.data()));
        };
    }

    private static JsonNode write(V8Value value) {
        return switch (value) {
            case V8Value.Undefined _ -> TypedJson.form("$undefined", NODES.booleanNode(true));
            case V8Value.Null _ -> NODES.nullNode();
            case V8Value.Bool(boolean yes) -> NODES.booleanNode(yes);
            case V8Value.Num(double number) -> TypedJson.number(number);
            case V8Value.Big(BigInteger number) -> TypedJson.bigint(number);
            case V8Value.Text(String text) -> NODES.textNode(text);
            case V8Value.Date(double millis) -> date(millis);
            case V8Value.RegExp(String source, String flags) ->
                    TypedJson.form(
                            "$regexp",
                            NODES.objectNode().put("source", source).put("flags", flags));
            case V8Value.Array(List<V8Value> items) -> array(items);
            case V8Value.Sparse(long length, List<Property> items) ->
                    TypedJson.form(
                            "$sparse",
                            NODES.objectNode().put("length", length).set("items", pairs(items)));
            case V8Value.Plain(List<Property> properties) -> plain(properties);
            case V8Value.MapOf(List<Property> entries) -> TypedJson.form("$map", pairs(entries));
            case V8Value.SetOf(List<V8Value> items) -> TypedJson.form("$set", array(items));
            case V8Value.Buffer buffer -> TypedJson.bytes("$arrayBuffer", buffer.data());
            case V8Value.View view when view.kind() == V8Value.ViewKind.UINT8_ARRAY ->
                    TypedJson.bytes("$bytes", view.data());
            case V8Value.View view ->
                    TypedJson.form(
                            "$view",
                            NODES.objectNode()
                                    .put("type", view.kind().label())
                                    .setAll(TypedJson.bytes("base64", view.data())));
            case V8Value.Failure failure -> failure(failure);
            case V8Value.Boxed(V8Value primitive) -> TypedJson.form("$boxed", write(primitive));
            case V8Value.Reference(int index) -> TypedJson.form("$ref", NODES.numberNode(index));
        };
    }

    private static JsonNode date(double millis) {
        return TypedJson.form(
                "$date",
                Double.isNaN(millis) || Math.abs(millis) > DATE_MAX_MS
                        ? NODES.nullNode()
                        : NODES.textNode(Instant.ofEpochMilli((long) millis).toString()));
    }

    private static ArrayNode array(List<V8Value> items) {
        ArrayNode array = NODES.arrayNode();
        items.forEach(item -> array.add(write(item)));
        return array;
    }

    private static ArrayNode pairs(List<Property> entries) {
        ArrayNode pairs = NODES.arrayNode();
        entries.forEach(
                entry -> pairs.addArray().add(write(entry.key())).add(write(entry.value())));
        return pairs;
    }

    /** An object as it is, in a form of its own when it could be taken for another form. */
    private static ObjectNode plain(List<Property> properties) {
        ObjectNode object = NODES.objectNode();
        for (Property property : properties) {
            String name =
                    switch (property.key()) {
                        case V8Value.Text(String text) -> text;
                        case V8Value.Num(double number) -> TypedJson.number(number).asText();
                        default -> throw new IllegalStateException("no key of an object");
                    };
            object.set(name, write(property.value()));
        }
        boolean isLikeAForm = object.size() == 1 && object.fieldNames().next().startsWith("$");
        return isLikeAForm ? TypedJson.form("$object", object) : object;
    }

    private static JsonNode failure(V8Value.Failure failure) {
        ObjectNode content = NODES.objectNode().put("name", failure.name());
        put(content, "message", failure.message());
        put(content, "stack", failure.stack());
        V8Value cause = failure.cause();
        if (cause != null) {
            content.set("cause", write(cause));
        }
        return TypedJson.form("$error", content);
    }

    private static void put(ObjectNode object, String name, @Nullable String text) {
        if (text != null) {
            object.put(name, text);
        }
    }

    /** The value that a caller's JSON stands for. */
    static KvValue read(JsonNode json) {
        if (TypedJson.isForm(json, "$u64")) {
            return u64(json.get("$u64"));
        }
        if (TypedJson.isForm(json, "$bytes")) {
            return KvValue.bytes(TypedJson.base64(json.get("$bytes")));
        }
        if (TypedJson.isForm(json, "$v8")) {
            return KvValue.v8(TypedJson.base64(json.get("$v8")));
        }
        return V8Writer.write(new V8FromJson().value(json));
    }

    private static KvValue u64(JsonNode content) {
        BigInteger number = TypedJson.bigint(content);
        if (number.signum() < 0 || number.bitLength() > Long.SIZE) {
            throw TypedJson.refuse(
                    "$u64 is %s; it must be from 0 to 18446744073709551615"
                            .formatted(TypedJson.abbreviated(number.toString())));
        }
        return KvValue.u64(number.longValue());
    }

    /** The moment of a date, NaN for an invalid one. */
    static double millis(JsonNode content) {
        if (content.isNull()) {
            return Double.NaN;
        }
        try {
            return Instant.parse(content.asText()).toEpochMilli();
        } catch (DateTimeException | ArithmeticException e) {
            throw TypedJson.refuse(
                    "$date is \"%s\"; it must be null or a time such as 2026-01-31T12:00:00Z"
                            .formatted(TypedJson.abbreviated(content.asText())));
        }
    }
}
