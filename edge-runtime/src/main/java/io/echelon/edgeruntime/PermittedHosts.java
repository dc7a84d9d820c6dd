package io.echelon.edgeruntime;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The hosts that a function says it reaches: {@code host}, {@code host:port}, {@code *.host}. */
final class PermittedHosts {
    private final @Nullable List<String> patterns;

    /**
     * @param patterns null is every host, empty is none
     */
    PermittedHosts(@Nullable List<String> patterns) {
        this.patterns =
                patterns == null
                        ? null
                        : patterns.stream().map(p -> p.toLowerCase(Locale.ROOT)).toList();
    }

    /**
     * @param host in lower case; IPv6 addresses in brackets
     */
    boolean permits(String host, int port) {
        if (patterns == null) {
            return true;
        }
        String withPort = host + ":" + port;
        for (String pattern : patterns) {
            if (pattern.equals(host) || pattern.equals(withPort)) {
                return true;
            }
            if (pattern.startsWith("*.")
                    && (host.endsWith(pattern.substring(1))
                            || withPort.endsWith(pattern.substring(1)))
                    && host.length() > pattern.length() - 1) {
                return true;
            }
        }
        return false;
    }
}
