package io.echelon.tenants;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Which releases of the platform's parts work side by side. */
public final class Releases {
    private static final Pattern FORM = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})(\\..*|-.*)?");

    private Releases() {}

    /** Whether two are at most one minor release apart; what is no release has no neighbours. */
    public static boolean areNeighbours(String one, String other) {
        Matcher first = FORM.matcher(one);
        Matcher second = FORM.matcher(other);
        return first.matches()
                && second.matches()
                && first.group(1).equals(second.group(1))
                && Math.abs(Integer.parseInt(first.group(2)) - Integer.parseInt(second.group(2)))
                        <= 1;
    }
}
