package io.echelon.tenants;

import io.echelon.tenants.LocatedJson.ArrayValue;
import io.echelon.tenants.LocatedJson.FlagValue;
import io.echelon.tenants.LocatedJson.Member;
import io.echelon.tenants.LocatedJson.NullValue;
import io.echelon.tenants.LocatedJson.NumberValue;
import io.echelon.tenants.LocatedJson.ObjectValue;
import io.echelon.tenants.LocatedJson.TextValue;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One object of a configuration file, read key by key with errors that name file, line and key.
 *
 * @param path the object's own key with a dot behind it, empty at the top
 */
record ConfigSection(String fileName, String path, ObjectValue object) {
    static ConfigSection top(String fileName, byte[] json) {
        LocatedJson value = LocatedJson.parse(fileName, json);
        if (value instanceof ObjectValue object) {
            return new ConfigSection(fileName, "", object);
        }
        throw refuse(
                fileName,
                value.line(),
                "the configuration must be an object, not " + value.describe());
    }

    /** Refuses keys that are in neither set; those that are ignored are not suggested. */
    void allow(Set<String> known, Set<String> ignored) {
        object.members()
                .forEach(
                        (key, member) -> {
                            if (!known.contains(key) && !ignored.contains(key)) {
                                throw refuse(
                                        fileName,
                                        member.line(),
                                        "unknown key \"%s%s\"; the nearest known key is \"%s%s\""
                                                .formatted(
                                                        path,
                                                        shorten(key),
                                                        path,
                                                        NearestName.of(shorten(key), known)));
                            }
                        });
    }

    @Nullable LocatedJson value(String key) {
        Member member = object.members().get(key);
        return member == null ? null : member.value();
    }

    @Nullable String text(String key) {
        LocatedJson value = value(key);
        return value == null ? null : text(path + key, value);
    }

    String requiredText(String key) {
        String text = text(key);
        if (text == null) {
            throw refuse(fileName, object.line(), "\"%s%s\" is missing".formatted(path, key));
        }
        return text;
    }

    /** A whole number; above {@code max} it is over a limit, below {@code min} merely wrong. */
    int number(String key, int min, int max, int fallback) {
        LocatedJson value = value(key);
        if (value == null) {
            return fallback;
        }
        return number(path + key, value, min, max);
    }

    /** Whole numbers, each within the bounds of {@link #number}. */
    @Nullable List<Integer> numbers(String key, int min, int max) {
        LocatedJson value = value(key);
        if (value == null) {
            return null;
        }
        if (!(value instanceof ArrayValue array)) {
            throw wrongType(path + key, "a list of whole numbers", value);
        }
        List<Integer> numbers = new ArrayList<>();
        for (int i = 0; i < array.items().size(); i++) {
            numbers.add(number("%s%s[%d]".formatted(path, key, i), array.items().get(i), min, max));
        }
        return numbers;
    }

    @Nullable Boolean flag(String key) {
        LocatedJson value = value(key);
        return switch (value) {
            case null -> null;
            case FlagValue flag -> flag.flag();
            default -> throw wrongType(path + key, "true or false", value);
        };
    }

    @Nullable List<String> texts(String key) {
        LocatedJson value = value(key);
        if (value == null) {
            return null;
        }
        if (!(value instanceof ArrayValue array)) {
            throw wrongType(path + key, "a list of texts", value);
        }
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < array.items().size(); i++) {
            texts.add(text("%s%s[%d]".formatted(path, key, i), array.items().get(i)));
        }
        return texts;
    }

    Map<String, String> textMap(String key) {
        ConfigSection section = section(key);
        if (section == null) {
            return Map.of();
        }
        Map<String, String> texts = new LinkedHashMap<>();
        section.object()
                .members()
                .forEach(
                        (name, member) ->
                                texts.put(name, text(section.path() + name, member.value())));
        return texts;
    }

    @Nullable ConfigSection section(String key) {
        LocatedJson value = value(key);
        return switch (value) {
            case null -> null;
            case ObjectValue section -> new ConfigSection(fileName, path + key + ".", section);
            default -> throw wrongType(path + key, "an object", value);
        };
    }

    List<ConfigSection> sections(String key) {
        LocatedJson value = value(key);
        if (value == null) {
            return List.of();
        }
        if (!(value instanceof ArrayValue array)) {
            throw wrongType(path + key, "a list of objects", value);
        }
        List<ConfigSection> sections = new ArrayList<>();
        for (int i = 0; i < array.items().size(); i++) {
            String itemPath = "%s%s[%d]".formatted(path, key, i);
            if (!(array.items().get(i) instanceof ObjectValue section)) {
                throw wrongType(itemPath, "an object", array.items().get(i));
            }
            sections.add(new ConfigSection(fileName, itemPath + ".", section));
        }
        return sections;
    }

    /** A refusal that names this section's file and the line of a key, or of the section. */
    EchelonException refuse(String key, String message) {
        LocatedJson value = value(key);
        return refuse(fileName, value == null ? object.line() : value.line(), message);
    }

    private String text(String key, LocatedJson value) {
        if (value instanceof TextValue text) {
            return text.text();
        }
        throw wrongType(
                key,
                value instanceof NumberValue || value instanceof FlagValue
                        ? "a text, in quotes"
                        : "a text",
                value);
    }

    private int number(String name, LocatedJson value, int min, int max) {
        if (!(value instanceof NumberValue number)
                || number.number().stripTrailingZeros().scale() > 0) {
            throw wrongType(name, "a whole number", value);
        }
        if (number.number().compareTo(BigDecimal.valueOf(max)) > 0) {
            throw new EchelonException(
                    ErrorCode.OVER_QUOTA,
                    "%s:%d: \"%s\" is %s; at most %,d may be asked for"
                            .formatted(fileName, value.line(), name, number.number(), max));
        }
        if (number.number().compareTo(BigDecimal.valueOf(min)) < 0) {
            throw refuse(
                    fileName,
                    value.line(),
                    "\"%s\" is %s; it must be from %,d to %,d"
                            .formatted(name, number.number(), min, max));
        }
        return number.number().intValueExact();
    }

    private EchelonException wrongType(String key, String expected, LocatedJson actual) {
        return refuse(
                fileName,
                actual.line(),
                "\"%s\" must be %s, not %s%s"
                        .formatted(
                                key,
                                expected,
                                actual.describe(),
                                actual instanceof NullValue ? "; leave the key out instead" : ""));
    }

    private static String shorten(String key) {
        return key.length() > 40 ? key.substring(0, 40) + "…" : key;
    }

    private static EchelonException refuse(String fileName, int line, String message) {
        return new EchelonException(
                ErrorCode.INVALID_CONFIGURATION, "%s:%d: %s".formatted(fileName, line, message));
    }
}
