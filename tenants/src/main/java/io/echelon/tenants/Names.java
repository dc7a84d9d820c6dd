package io.echelon.tenants;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The rule for names that become part of a host name. */
final class Names {
    private static final Pattern LABEL = Pattern.compile("[a-z0-9]([a-z0-9-]*[a-z0-9])?");

    private Names() {}

    static void check(String kind, @Nullable String value, int maxChars) {
        if (value == null || value.isEmpty()) {
            throw refuse("%s name is empty; give it 1 to %d characters".formatted(kind, maxChars));
        }
        if (value.length() > maxChars) {
            throw refuse(
                    "%s name \"%s…\" is %d characters; at most %d are allowed"
                            .formatted(
                                    kind, value.substring(0, maxChars), value.length(), maxChars));
        }
        if (!LABEL.matcher(value).matches() || value.contains("--")) {
            throw refuse(
                    "%s name \"%s\" may have a-z, 0-9 and single hyphens between them only"
                            .formatted(kind, value));
        }
    }

    private static EchelonException refuse(String message) {
        return new EchelonException(ErrorCode.INVALID_ARGUMENT, message);
    }
}
