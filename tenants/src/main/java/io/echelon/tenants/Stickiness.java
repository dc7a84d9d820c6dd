package io.echelon.tenants;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.regex.Pattern;

/** What a caller is known by, so that all its requests reach the same revision of a split. */
public sealed interface Stickiness {
    /** Each request is led by itself. */
    record None() implements Stickiness {}

    /** A cookie that the platform sets ({@link TrafficSplit#COOKIE}). */
    record Cookie() implements Stickiness {}

    /**
     * A header that callers send.
     *
     * @param name in lower case, 1 to 64 characters
     */
    record Header(String name) implements Stickiness {
        private static final Pattern NAME = Pattern.compile("[a-z0-9-]{1,64}");

        public Header {
            if (!NAME.matcher(name).matches()) {
                throw refuse(HEADER + name);
            }
        }
    }

    /** What a text of a header begins with. */
    String HEADER = "header:";

    /** {@code none}, {@code cookie} or {@code header:NAME}; refuses others. */
    @JsonCreator
    static Stickiness parse(String text) {
        if (text.startsWith(HEADER)) {
            return new Header(text.substring(HEADER.length()).toLowerCase(Locale.ROOT));
        }
        return switch (text) {
            case "none" -> new None();
            case "cookie" -> new Cookie();
            default -> throw refuse(text);
        };
    }

    /** The text that {@link #parse} reads. */
    @JsonValue
    default String text() {
        return switch (this) {
            case None() -> "none";
            case Cookie() -> "cookie";
            case Header(String name) -> HEADER + name;
        };
    }

    private static EchelonException refuse(String text) {
        return new EchelonException(
                ErrorCode.INVALID_ARGUMENT,
                "\"%s\" says nothing that callers are known by; write none, cookie, or header:NAME with a name of a-z, 0-9 and -"
                        .formatted(Names.abbreviated(text)));
    }
}
