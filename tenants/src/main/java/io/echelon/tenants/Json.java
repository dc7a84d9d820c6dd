package io.echelon.tenants;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;

/**
 * The platform's JSON: records by their component names, instants as ISO 8601, unknown keys
 * refused.
 */
public final class Json {
    private static final ObjectMapper MAPPER =
            JsonMapper.builder()
                    .addModule(new JavaTimeModule())
                    .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                    .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                    .build();

    private static final ObjectReader TOLERANT =
            MAPPER.reader().without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    private Json() {}

    /** The mapper, for those who read JSON in other ways; it must not be reconfigured. */
    public static ObjectMapper mapper() {
        return MAPPER;
    }

    public static byte[] bytes(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("Not representable as JSON: " + value.getClass(), e);
        }
    }

    /**
     * Reads a value that the platform itself wrote, perhaps in a newer version: what this one does
     * not know is passed over.
     *
     * @throws IllegalArgumentException when the bytes are not that value
     */
    public static <T> T read(byte[] json, Class<T> type) {
        try {
            return TOLERANT.forType(type).readValue(json);
        } catch (IOException e) {
            throw new IllegalArgumentException(
                    "Not a " + type.getSimpleName() + ": " + e.getMessage(), e);
        }
    }
}
