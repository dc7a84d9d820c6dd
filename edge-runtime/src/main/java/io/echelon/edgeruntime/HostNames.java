package io.echelon.edgeruntime;

import io.echelon.tenants.AppName;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import java.util.Locale;
import java.util.Optional;

/** The host names under which apps and revisions are reached, below one base domain. */
final class HostNames {
    private static final int HOST_MAX_CHARS = 253;

    private final String suffix;

    HostNames(String baseDomain) {
        this.suffix = "." + baseDomain.toLowerCase(Locale.ROOT);
    }

    /** The host of an app's production revision. */
    String production(TenantName tenant, AppName app) {
        return tenant.equals(TenantName.DEFAULT) ? app + suffix : app + "--" + tenant + suffix;
    }

    /** The host of one revision. */
    String revision(RevisionId id) {
        return id.tenant().equals(TenantName.DEFAULT)
                ? id.app() + "--" + id.label() + suffix
                : id.app() + "--" + id.tenant() + "--" + id.label() + suffix;
    }

    /** The revision that a host names, without regard to whether it exists. */
    Optional<RevisionId> parseRevision(String host) {
        if (!host.endsWith(suffix)) {
            return Optional.empty();
        }
        String[] parts = host.substring(0, host.length() - suffix.length()).split("--", -1);
        if (parts.length < 2 || parts.length > 3) {
            return Optional.empty();
        }
        String label = parts[parts.length - 1];
        if (!RevisionId.isRevisionLabel(label)) {
            return Optional.empty();
        }
        try {
            TenantName tenant = parts.length == 2 ? TenantName.DEFAULT : new TenantName(parts[1]);
            return Optional.of(
                    new RevisionId(tenant, new AppName(parts[0]), RevisionId.parseLabel(label)));
        } catch (EchelonException notAName) {
            return Optional.empty();
        }
    }

    /**
     * Whether a name is one that this platform may answer to: the base domain or one label below
     * it.
     */
    boolean isOurs(String host) {
        return host.length() <= HOST_MAX_CHARS
                && (host.equals(suffix.substring(1))
                        || (host.endsWith(suffix)
                                && host.indexOf('.') == host.length() - suffix.length()
                                && host.length() > suffix.length()));
    }

    /** The name in a Host header: without its port and in lower case. */
    static String withoutPort(String authority) {
        int end = authority.length();
        int colon = authority.lastIndexOf(':');
        if (colon >= 0 && authority.indexOf(']', colon) < 0) {
            end = colon;
        }
        boolean lower = true;
        for (int i = 0; i < end; i++) {
            char c = authority.charAt(i);
            lower &= c < 'A' || c > 'Z';
        }
        String host = end == authority.length() ? authority : authority.substring(0, end);
        return lower ? host : host.toLowerCase(Locale.ROOT);
    }

    /** Whether a Host header has the form of a name or address with an optional port. */
    static boolean isWellFormed(String authority) {
        if (authority.isEmpty() || authority.length() > HOST_MAX_CHARS + 6) {
            return false;
        }
        int bracket = authority.startsWith("[") ? authority.indexOf(']') : -1;
        if (authority.startsWith("[") && bracket < 0) {
            return false;
        }
        int colon = authority.indexOf(':', Math.max(bracket, 0));
        int end = colon < 0 ? authority.length() : colon;
        if (colon >= 0 && !isPort(authority, colon + 1)) {
            return false;
        }
        if (end == 0 || (bracket >= 0 && end != bracket + 1)) {
            return false;
        }
        for (int i = 0; i < end; i++) {
            char c = authority.charAt(i);
            boolean name =
                    (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || (c >= '0' && c <= '9')
                            || c == '-'
                            || c == '.'
                            || c == '_';
            if (!name && !(bracket >= 0 && (c == '[' || c == ']' || c == ':'))) {
                return false;
            }
        }
        return true;
    }

    private static boolean isPort(String authority, int from) {
        int length = authority.length() - from;
        if (length < 0 || length > 5) {
            return false;
        }
        for (int i = from; i < authority.length(); i++) {
            if (authority.charAt(i) < '0' || authority.charAt(i) > '9') {
                return false;
            }
        }
        return true;
    }
}
