package io.echelon.controlplane;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.kvstore.v8.V8Reader;
import io.echelon.kvstore.v8.V8Value;
import io.echelon.kvstore.v8.V8Value.Property;
import io.echelon.kvstore.v8.V8Value.ViewKind;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Makes a value of JavaScript from JSON and its forms for what JSON lacks; for one value. */
final class V8FromJson {
    private static final String INDEX = "0|[1-9][0-9]{0,8}";
    private static final String REGEXP_FLAGS = "[gimyusdv]*";

    private int depth;
    private int objects;

    V8Value value(JsonNode json) {
        depth++;
        if (depth > V8Reader.DEPTH_MAX) {
            throw TypedJson.refuse(
                    "The value is nested more than %d deep, the most that is allowed"
                            .formatted(V8Reader.DEPTH_MAX));
        }
        V8Value value =
                switch (json.getNodeType()) {
                    case NULL -> V8Value.NULL;
                    case BOOLEAN -> new V8Value.Bool(json.booleanValue());
                    case NUMBER -> new V8Value.Num(TypedJson.exactNumber(json));
                    case STRING -> new V8Value.Text(json.textValue());
                    case ARRAY -> {
                        objects++;
                        yield new V8Value.Array(items(json));
                    }
                    case OBJECT -> object(json);
                    case BINARY, MISSING, POJO ->
                            throw TypedJson.refuse("The value is no JSON value");
                };
        depth--;
        return value;
    }

    private V8Value object(JsonNode json) {
        String name = json.size() == 1 ? json.fieldNames().next() : "";
        if (!name.startsWith("$")) {
            return plain(json);
        }
        JsonNode content = json.get(name);
        return switch (name) {
            case "$undefined" -> V8Value.UNDEFINED;
            case "$number" -> new V8Value.Num(TypedJson.specialNumber(content));
            case "$bigint" -> new V8Value.Big(TypedJson.bigint(content));
            case "$ref" -> reference(content);
            case "$object" -> plain(content);
            case "$date" -> counted(new V8Value.Date(KvValueJson.millis(content)));
            case "$regexp" -> counted(regexp(content));
            case "$map" -> {
                objects++;
                yield new V8Value.MapOf(pairs(content));
            }
            case "$set" -> {
                objects++;
                yield new V8Value.SetOf(items(content));
            }
            case "$sparse" -> {
                objects++;
                yield sparse(content);
            }
            case "$arrayBuffer" -> counted(new V8Value.Buffer(TypedJson.base64(content)));
            case "$bytes" -> view(ViewKind.UINT8_ARRAY, TypedJson.base64(content));
            case "$view" -> view(kind(content), TypedJson.base64(content.path("base64")));
            case "$error" -> {
                objects++;
                yield failure(content);
            }
            case "$boxed" -> counted(boxed(content));
            case "$u64" ->
                    throw TypedJson.refuse(
                            "$u64 stands for a whole value only; inside another write {\"$bigint\":\"…\"}");
            case "$v8" ->
                    throw TypedJson.refuse(
                            "$v8 stands for a whole value only; it cannot be inside another");
            default ->
                    throw TypedJson.refuse(
                            "\"%s\" is no known form; an object with this one name is written {\"$object\":{…}}"
                                    .formatted(TypedJson.abbreviated(name)));
        };
    }

    private V8Value plain(JsonNode json) {
        if (!json.isObject()) {
            throw TypedJson.refuse("$object must be a JSON object");
        }
        objects++;
        List<Property> properties = new ArrayList<>();
        for (Map.Entry<String, JsonNode> member : json.properties()) {
            String name = member.getKey();
            properties.add(
                    new Property(
                            name.matches(INDEX)
                                    ? new V8Value.Num(Integer.parseInt(name))
                                    : new V8Value.Text(name),
                            value(member.getValue())));
        }
        return new V8Value.Plain(properties);
    }

    private V8Value reference(JsonNode content) {
        if (!content.canConvertToInt() || content.intValue() < 0 || content.intValue() >= objects) {
            throw TypedJson.refuse(
                    "$ref is %s; it must be the number of an object before it, from 0 to %,d"
                            .formatted(
                                    TypedJson.abbreviated(content.toString()),
                                    Math.max(0, objects - 1)));
        }
        return new V8Value.Reference(content.intValue());
    }

    private List<V8Value> items(JsonNode content) {
        if (!content.isArray()) {
            throw TypedJson.refuse("$set must be a JSON array");
        }
        List<V8Value> items = new ArrayList<>();
        content.forEach(item -> items.add(value(item)));
        return items;
    }

    private List<Property> pairs(JsonNode content) {
        List<Property> pairs = new ArrayList<>();
        for (JsonNode pair : content) {
            if (!pair.isArray() || pair.size() != 2) {
                throw TypedJson.refuse("$map and $sparse have arrays of two: a key and a value");
            }
            V8Value key = value(pair.get(0));
            pairs.add(new Property(key, value(pair.get(1))));
        }
        return pairs;
    }

    private V8Value sparse(JsonNode content) {
        JsonNode length = content.path("length");
        if (!length.isIntegralNumber()
                || length.longValue() < 0
                || length.longValue() > 0xffff_ffffL) {
            throw TypedJson.refuse("$sparse needs a length from 0 to 4294967295");
        }
        List<Property> items = pairs(content.path("items"));
        for (Property item : items) {
            if (!(item.key() instanceof V8Value.Num(double index)
                    && index >= 0
                    && index < length.longValue()
                    && index == Math.rint(index))) {
                throw TypedJson.refuse("$sparse has an index that is none below its length");
            }
        }
        return new V8Value.Sparse(length.longValue(), items);
    }

    private static V8Value regexp(JsonNode content) {
        String flags = content.path("flags").asText("");
        if (!content.path("source").isTextual() || !flags.matches(REGEXP_FLAGS)) {
            throw TypedJson.refuse("$regexp needs a source, and may have flags");
        }
        return new V8Value.RegExp(content.path("source").textValue(), flags);
    }

    /** A view counts as two objects: its buffer and itself. */
    private V8Value view(ViewKind kind, byte[] data) {
        objects += 2;
        if (data.length % kind.elementBytes() != 0) {
            throw TypedJson.refuse(
                    "A %s of %,d bytes has no whole number of elements of %d bytes"
                            .formatted(kind.label(), data.length, kind.elementBytes()));
        }
        return new V8Value.View(kind, data);
    }

    private static ViewKind kind(JsonNode content) {
        String type = content.path("type").asText("");
        for (ViewKind kind : ViewKind.values()) {
            if (kind.label().equals(type)) {
                return kind;
            }
        }
        throw TypedJson.refuse(
                "$view has the type \"%s\"; it must be that of a typed array or DataView"
                        .formatted(TypedJson.abbreviated(type)));
    }

    private V8Value failure(JsonNode content) {
        JsonNode cause = content.get("cause");
        return new V8Value.Failure(
                content.path("name").asText("Error"),
                text(content, "message"),
                text(content, "stack"),
                cause == null ? null : value(cause));
    }

    private static @Nullable String text(JsonNode content, String name) {
        JsonNode text = content.get(name);
        return text == null || text.isNull() ? null : text.asText();
    }

    private V8Value boxed(JsonNode content) {
        V8Value primitive = value(content);
        return switch (primitive) {
            case V8Value.Bool _, V8Value.Num _, V8Value.Big _, V8Value.Text _ ->
                    new V8Value.Boxed(primitive);
            default -> throw TypedJson.refuse("$boxed needs a string, number, bigint or boolean");
        };
    }

    private V8Value counted(V8Value value) {
        objects++;
        return value;
    }
}
