package io.echelon.kvstore;

import java.util.regex.Pattern;

/** The rule for names of databases. */
final class DatabaseName {
    private static final Pattern ALLOWED = Pattern.compile("[a-z0-9][a-z0-9._-]*");

    private DatabaseName() {}

    /** The name, when it is one. */
    static String checked(String name) {
        Refusals.atMost(
                "The length of a database's name", name.length(), KvLimits.DATABASE_NAME_MAX_CHARS);
        if (!ALLOWED.matcher(name).matches()) {
            throw Refusals.invalid(
                    "A database's name must be a lower-case letter or digit, then letters, digits, dots, dashes and underscores");
        }
        return name;
    }
}
