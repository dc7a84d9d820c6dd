package io.echelon.tenants;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * An address of mail in lower case and ASCII, such as {@code ada@example.com}; two that differ in
 * case alone are the same here. At most {@value #MAX_CHARS} characters.
 */
public record MailAddress(@JsonValue String value) {
    public static final int MAX_CHARS = 254;

    private static final Pattern FORM =
            Pattern.compile(
                    "[a-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+");

    @JsonCreator
    public MailAddress {
        if (value.length() > MAX_CHARS || !FORM.matcher(value).matches()) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT,
                    "\"%s\" is not an address of mail in lower case such as ada@example.com, of at most %d characters"
                            .formatted(Names.abbreviated(value), MAX_CHARS));
        }
    }

    /** The address of a text, whatever its case. */
    public static MailAddress of(String text) {
        return new MailAddress(text.strip().toLowerCase(Locale.ROOT));
    }

    @Override
    public String toString() {
        return value;
    }
}
