package io.echelon.edgeruntime;

import io.echelon.isolatepool.GuestError;
import java.util.Locale;

/**
 * The parts of an address that a guest fetches.
 *
 * @param host in lower case, IPv6 in brackets
 * @param port 1 to 65,535
 * @param target path and query
 */
record FetchTarget(Scheme scheme, String host, int port, String target) {
    /** How the other side is reached. */
    enum Scheme {
        HTTP(80),
        HTTPS(443);

        private final int port;

        Scheme(int port) {
            this.port = port;
        }
    }

    /** Reads an address as the URL standard writes it. */
    static FetchTarget parse(String url) {
        Scheme scheme =
                url.startsWith("https://")
                        ? Scheme.HTTPS
                        : url.startsWith("http://") ? Scheme.HTTP : null;
        if (scheme == null) {
            throw new GuestError(
                    "TypeError",
                    "Url scheme of \"%s\" is not supported; use http or https"
                            .formatted(shortened(url)));
        }
        int start = url.indexOf("://") + 3;
        int end = start;
        while (end < url.length() && "/?#\\".indexOf(url.charAt(end)) < 0) {
            end++;
        }
        String authority = url.substring(start, end);
        int fragment = url.indexOf('#', end);
        String rest = url.substring(end, fragment < 0 ? url.length() : fragment);
        if (authority.indexOf('@') >= 0 || !HostNames.isWellFormed(authority)) {
            throw invalid(url);
        }
        for (int i = 0; i < rest.length(); i++) {
            if (rest.charAt(i) <= ' ' || rest.charAt(i) >= 0x7f) {
                throw invalid(url);
            }
        }
        int bracket = authority.indexOf(']');
        int colon = authority.indexOf(':', Math.max(bracket, 0));
        String portText = colon < 0 ? "" : authority.substring(colon + 1);
        int port = portText.isEmpty() ? scheme.port : Integer.parseInt(portText);
        if (port < 1 || port > 65_535) {
            throw invalid(url);
        }
        String host =
                (colon < 0 ? authority : authority.substring(0, colon)).toLowerCase(Locale.ROOT);
        return new FetchTarget(scheme, host, port, rest.startsWith("/") ? rest : "/" + rest);
    }

    /** The host as a resolver wants it: without brackets and without a dot at the end. */
    String lookupName() {
        String name = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        return name.endsWith(".") ? name.substring(0, name.length() - 1) : name;
    }

    private static GuestError invalid(String url) {
        return new GuestError("TypeError", "Invalid URL: \"%s\"".formatted(shortened(url)));
    }

    private static String shortened(String url) {
        return url.length() <= 200 ? url : url.substring(0, 200) + "…";
    }
}
