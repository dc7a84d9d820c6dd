package io.echelon.tenants;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonFactoryBuilder;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.json.JsonReadFeature;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * JSON that a person wrote, each value with the line on which it stands. Comments and trailing
 * commas are read; a key that stands twice is refused.
 */
sealed interface LocatedJson {
    /** From 1 upwards. */
    int line();

    /** What the value is, as an error message says it. */
    String describe();

    record ObjectValue(int line, Map<String, Member> members) implements LocatedJson {
        @Override
        public String describe() {
            return "an object";
        }
    }

    record ArrayValue(int line, List<LocatedJson> items) implements LocatedJson {
        @Override
        public String describe() {
            return "a list";
        }
    }

    record TextValue(int line, String text) implements LocatedJson {
        @Override
        public String describe() {
            return "the text \"%s\""
                    .formatted(text.length() > 40 ? text.substring(0, 40) + "…" : text);
        }
    }

    record NumberValue(int line, BigDecimal number) implements LocatedJson {
        @Override
        public String describe() {
            return "the number " + number;
        }
    }

    record FlagValue(int line, boolean flag) implements LocatedJson {
        @Override
        public String describe() {
            return Boolean.toString(flag);
        }
    }

    record NullValue(int line) implements LocatedJson {
        @Override
        public String describe() {
            return "null";
        }
    }

    /**
     * A key's value, and the key's own line.
     *
     * @param line from 1 upwards
     */
    record Member(int line, LocatedJson value) {}

    /** Reads a file; the name is for error messages. */
    static LocatedJson parse(String fileName, byte[] json) {
        JsonFactory factory =
                new JsonFactoryBuilder()
                        .enable(JsonReadFeature.ALLOW_JAVA_COMMENTS)
                        .enable(JsonReadFeature.ALLOW_TRAILING_COMMA)
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build();
        try (JsonParser parser = factory.createParser(json)) {
            if (parser.nextToken() == null) {
                throw new EchelonException(
                        ErrorCode.INVALID_CONFIGURATION,
                        "%s is empty; an object like {} is the least".formatted(fileName));
            }
            LocatedJson value = value(parser);
            if (parser.nextToken() != null) {
                throw new JsonParseException(parser, "more text after the end of the value");
            }
            return value;
        } catch (JsonProcessingException e) {
            JsonLocation at = e.getLocation();
            throw new EchelonException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "%s:%d:%d: not valid JSON: %s"
                            .formatted(
                                    fileName,
                                    at == null ? 1 : at.getLineNr(),
                                    at == null ? 1 : at.getColumnNr(),
                                    e.getOriginalMessage()),
                    e);
        } catch (IOException e) {
            throw new EchelonException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "%s cannot be read: %s".formatted(fileName, e.getMessage()),
                    e);
        }
    }

    private static LocatedJson value(JsonParser parser) throws IOException {
        int line = parser.currentTokenLocation().getLineNr();
        return switch (parser.currentToken()) {
            case START_OBJECT -> object(parser, line);
            case START_ARRAY -> array(parser, line);
            case VALUE_STRING -> new TextValue(line, parser.getText());
            case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT ->
                    new NumberValue(line, parser.getDecimalValue());
            case VALUE_TRUE -> new FlagValue(line, true);
            case VALUE_FALSE -> new FlagValue(line, false);
            case VALUE_NULL -> new NullValue(line);
            default -> throw new JsonParseException(parser, "a value is missing");
        };
    }

    private static ObjectValue object(JsonParser parser, int line) throws IOException {
        Map<String, Member> members = new LinkedHashMap<>();
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String key = parser.currentName();
            int keyLine = parser.currentTokenLocation().getLineNr();
            parser.nextToken();
            members.put(key, new Member(keyLine, value(parser)));
        }
        return new ObjectValue(line, members);
    }

    private static ArrayValue array(JsonParser parser, int line) throws IOException {
        List<LocatedJson> items = new ArrayList<>();
        while (parser.nextToken() != JsonToken.END_ARRAY) {
            items.add(value(parser));
        }
        return new ArrayValue(line, items);
    }
}
