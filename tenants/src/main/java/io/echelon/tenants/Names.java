package io.echelon.tenants;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rules for names; those of tenants and apps become part of a host name. */
final class Names {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?");
    private static final int SHOWN_CHARS = 64;

    private Names() {}

    static void check(String kind, @Nullable String value, int maxChars) {
        check(kind, value, maxChars, LABEL, "a-z, 0-9 and single hyphens between them");
        if (value != null && value.contains("--")) {
            throw notAllowed(kind, value, "a-z, 0-9 and single hyphens between them");
        }
    }

    /**
     * @param allowed what the whole name has to match
     * @param meaning the same in words
     */
    static void check(
            String kind, @Nullable String value, int maxChars, Pattern allowed, String meaning) {
        if (value == null || value.isEmpty()) {
            throw refuse("%s name is empty; give it 1 to %d characters".formatted(kind, maxChars));
        }
        if (value.length() > maxChars) {
            throw refuse(
                    "%s name \"%s…\" is %d characters; at most %d are allowed"
                            .formatted(
                                    kind, value.substring(0, maxChars), value.length(), maxChars));
        }
        if (!allowed.matcher(value).matches()) {
            throw notAllowed(kind, value, meaning);
        }
    }

    /** A text of a caller's, cut to what a message has room for. */
    static String abbreviated(String text) {
        return text.length() <= SHOWN_CHARS ? text : text.substring(0, SHOWN_CHARS) + "…";
    }

    private static EchelonException notAllowed(String kind, String value, String meaning) {
        return refuse("%s name \"%s\" may have %s only".formatted(kind, value, meaning));
    }

    private static EchelonException refuse(String message) {
        return new EchelonException(ErrorCode.INVALID_ARGUMENT, message);
    }
}
