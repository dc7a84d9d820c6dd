package io.echelon.tenants;

import java.util.Collection;
import java.util.Comparator;
import java.util.Locale;

/** Finds the known name that a mistyped one was most likely meant to be. */
public final class NearestName {
    private NearestName() {}

    /**
     * The known name with the fewest edits to the typed one; upper and lower case count as equal.
     *
     * @param known at least one name; of equally near ones the first in alphabetical order is taken
     */
    public static String of(String typed, Collection<String> known) {
        return known.stream()
                .sorted()
                .min(Comparator.comparingInt(name -> distance(typed, name)))
                .orElseThrow(() -> new IllegalArgumentException("No known names"));
    }

    /** Insertions, removals, replacements and swaps of neighbours that make one of the other. */
    static int distance(String left, String right) {
        String a = left.toLowerCase(Locale.ROOT);
        String b = right.toLowerCase(Locale.ROOT);
        int[][] edits = new int[a.length() + 1][b.length() + 1];
        for (int i = 0; i <= a.length(); i++) {
            for (int j = 0; j <= b.length(); j++) {
                edits[i][j] = i == 0 || j == 0 ? i + j : step(a, b, i, j, edits);
            }
        }
        return edits[a.length()][b.length()];
    }

    private static int step(String a, String b, int i, int j, int[][] edits) {
        int same = a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1;
        int best =
                Math.min(
                        edits[i - 1][j - 1] + same, Math.min(edits[i - 1][j], edits[i][j - 1]) + 1);
        if (i > 1
                && j > 1
                && a.charAt(i - 1) == b.charAt(j - 2)
                && a.charAt(i - 2) == b.charAt(j - 1)) {
            best = Math.min(best, edits[i - 2][j - 2] + 1);
        }
        return best;
    }
}
