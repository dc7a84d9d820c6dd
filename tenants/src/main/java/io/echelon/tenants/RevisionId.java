package io.echelon.tenants;

import java.util.regex.Pattern;

/**
 * One immutable version of an app, by tenant, app and its number within the app.
 *
 * @param number from 1 upwards
 */
public record RevisionId(TenantName tenant, AppName app, int number)
        implements Comparable<RevisionId> {
    private static final Pattern LABEL = Pattern.compile("v[0-9]+");

    public RevisionId {
        if (number < 1) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT, "Revision number %d is below 1".formatted(number));
        }
    }

    /** The revision as users and host names have it: {@code v1}, {@code v2}, …. */
    public String label() {
        return "v" + number;
    }

    /** Whether a text has the form of {@link #label()}. */
    public static boolean isRevisionLabel(String text) {
        return LABEL.matcher(text).matches();
    }

    /** The number in a label; refuses what is not one. */
    public static int parseLabel(String label) {
        if (!isRevisionLabel(label) || label.length() > 10) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT,
                    "\"%s\" is not a revision; revisions are called v1, v2, …".formatted(label));
        }
        return Integer.parseInt(label.substring(1));
    }

    @Override
    public int compareTo(RevisionId other) {
        int byTenant = tenant.compareTo(other.tenant);
        if (byTenant != 0) {
            return byTenant;
        }
        int byApp = app.compareTo(other.app);
        return byApp != 0 ? byApp : Integer.compare(number, other.number);
    }

    @Override
    public String toString() {
        return tenant + "/" + app + "/" + label();
    }
}
