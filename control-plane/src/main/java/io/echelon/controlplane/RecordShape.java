package io.echelon.controlplane;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.lang.reflect.Field;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whether JSON has the shape of a record: exactly its fields, each of its own type, without the
 * conversions (text to number, fraction to whole) that a lenient reader would make. A refusal names
 * the field as a path such as {@code files[3].sha256}.
 */
final class RecordShape {
    private RecordShape() {}

    static void check(JsonNode node, Class<?> type) {
        check(node, type, "");
    }

    private static void check(JsonNode node, Type type, String path) {
        if (type instanceof ParameterizedType generic) {
            checkMembers(node, generic, path);
        } else if (type instanceof Class<?> plain && plain.isRecord()) {
            checkRecord(node, plain, path);
        } else if (type instanceof Class<?> plain && plain.isEnum()) {
            checkEnum(node, plain, path);
        } else if (type == String.class) {
            require(node.isTextual(), node, "a text", path);
        } else if (type == boolean.class || type == Boolean.class) {
            require(node.isBoolean(), node, "true or false", path);
        } else if (type == int.class || type == Integer.class) {
            require(
                    node.isIntegralNumber() && node.canConvertToInt(),
                    node,
                    "a whole number",
                    path);
        } else if (type == long.class || type == Long.class) {
            require(
                    node.isIntegralNumber() && node.canConvertToLong(),
                    node,
                    "a whole number",
                    path);
        } else {
            throw new IllegalArgumentException("No JSON is read into a " + type.getTypeName());
        }
    }

    private static void checkRecord(JsonNode node, Class<?> type, String path) {
        require(node.isObject(), node, "an object", path);
        Map<String, RecordComponent> components = new LinkedHashMap<>();
        for (RecordComponent component : type.getRecordComponents()) {
            components.put(component.getName(), component);
        }
        for (Map.Entry<String, JsonNode> field : node.properties()) {
            if (!components.containsKey(field.getKey())) {
                throw refuse(
                        "Field \"%s\" is not known; did you mean \"%s\"?"
                                .formatted(
                                        member(path, abbreviated(field.getKey())),
                                        Nearest.to(
                                                abbreviated(field.getKey()), components.keySet())));
            }
        }
        components.forEach(
                (name, component) -> {
                    JsonNode value = node.get(name);
                    boolean mayBeNull =
                            component.getAnnotatedType().isAnnotationPresent(Nullable.class);
                    if (value == null && !mayBeNull) {
                        throw refuse("Field \"%s\" is missing".formatted(member(path, name)));
                    }
                    if (value != null && !(value.isNull() && mayBeNull)) {
                        check(value, component.getGenericType(), member(path, name));
                    }
                });
    }

    private static void checkMembers(JsonNode node, ParameterizedType type, String path) {
        Type[] arguments = type.getActualTypeArguments();
        if (type.getRawType() == List.class) {
            require(node.isArray(), node, "an array", path);
            for (int i = 0; i < node.size(); i++) {
                check(node.get(i), arguments[0], "%s[%d]".formatted(path, i));
            }
        } else {
            require(node.isObject(), node, "an object", path);
            node.properties()
                    .forEach(
                            entry ->
                                    check(
                                            entry.getValue(),
                                            arguments[1],
                                            member(path, abbreviated(entry.getKey()))));
        }
    }

    private static void checkEnum(JsonNode node, Class<?> type, String path) {
        List<String> names =
                Arrays.stream(type.getFields())
                        .filter(Field::isEnumConstant)
                        .map(RecordShape::wireName)
                        .toList();
        require(
                node.isTextual() && names.contains(node.textValue()),
                node,
                "one of " + String.join(", ", names),
                path);
    }

    private static String wireName(Field constant) {
        JsonProperty property = constant.getAnnotation(JsonProperty.class);
        return property == null ? constant.getName() : property.value();
    }

    private static void require(boolean fits, JsonNode node, String expected, String path) {
        if (!fits) {
            String actual =
                    node.isTextual()
                            ? "\"" + abbreviated(node.textValue()) + "\""
                            : node.isNumber()
                                    ? node.asText()
                                    : node.getNodeType().name().toLowerCase(Locale.ROOT);
            throw refuse(
                    path.isEmpty()
                            ? "The body is %s; it must be %s".formatted(actual, expected)
                            : "Field \"%s\" is %s; it must be %s"
                                    .formatted(path, actual, expected));
        }
    }

    private static String member(String path, String name) {
        return path.isEmpty() ? name : path + "." + name;
    }

    private static String abbreviated(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "…";
    }

    private static EchelonException refuse(String message) {
        return new EchelonException(ErrorCode.INVALID_ARGUMENT, message);
    }
}
