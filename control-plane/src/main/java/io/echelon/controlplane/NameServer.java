package io.echelon.controlplane;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * A name server.
 *
 * @param host its address
 * @param port 1 to 65,535
 */
record NameServer(String host, int port) {
    private static final int PORT = 53;

    /**
     * Addresses between commas, each with a port or without: {@code 10.0.0.2}, {@code
     * 10.0.0.2:5353}, {@code [fd00::2]:5353}.
     *
     * @throws IllegalArgumentException when one is none
     */
    static List<NameServer> parse(String text) {
        List<NameServer> servers = new ArrayList<>();
        for (String word : text.split(",", -1)) {
            if (!word.isBlank()) {
                servers.add(one(word.strip()));
            }
        }
        return servers;
    }

    private static NameServer one(String word) {
        int colon = word.lastIndexOf(':');
        boolean hasPort =
                colon > 0 && (word.charAt(colon - 1) == ']' || word.indexOf(':') == colon);
        String host = hasPort ? word.substring(0, colon) : word;
        int port = hasPort ? Integer.parseInt(word.substring(colon + 1)) : PORT;
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("no port: " + port);
        }
        if (host.startsWith("[") && host.endsWith("]")) {
            host = host.substring(1, host.length() - 1);
        }
        return new NameServer(InetAddress.ofLiteral(host).getHostAddress(), port);
    }
}
