package com.oracle.truffle.js.runtime;

/** Refuses to compare texts, by the rules of a language, that would take long. */
public final class BoundCollation {
    private static final int MAX_CHARACTERS = 1 << 19;

    private BoundCollation() {}

    public static void check(String left, String right) {
        int longer = Math.max(left.length(), right.length());
        if (longer > MAX_CHARACTERS) {
            throw Errors.createRangeError(
                    "Texts of at most "
                            + MAX_CHARACTERS
                            + " characters can be compared by the rules of a language; this one has "
                            + longer);
        }
    }
}
