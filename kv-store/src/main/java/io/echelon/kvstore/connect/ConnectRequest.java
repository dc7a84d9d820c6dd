package io.echelon.kvstore.connect;

import java.net.URI;
import java.util.Map;

/**
 * A POST request to a {@link KvConnectServer}.
 *
 * @param uri as the client sees it, with scheme and host
 * @param headers by lower-case name
 * @param body whole, at most {@link KvConnectServer#REQUEST_MAX_BYTES}
 */
public record ConnectRequest(URI uri, Map<String, String> headers, byte[] body) {
    public ConnectRequest {
        headers = Map.copyOf(headers);
    }

    String header(String name) {
        return headers.getOrDefault(name, "");
    }

    /** The bearer token; empty when there is none. */
    public String token() {
        String[] words = header("authorization").split(" ", 2);
        return words.length == 2 && words[0].equalsIgnoreCase("bearer") ? words[1].strip() : "";
    }
}
