package io.echelon.deploycli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A path of the control plane's API, relative to its root.
 *
 * @param text begins with a slash
 */
record ApiPath(String text) {
    static ApiPath of(String... segments) {
        ApiPath path = new ApiPath("/api/v1");
        for (String segment : segments) {
            path = path.child(segment);
        }
        return path;
    }

    ApiPath child(String segment) {
        return new ApiPath(text + "/" + encode(segment));
    }

    ApiPath query(Map<String, String> parameters) {
        if (parameters.isEmpty()) {
            return this;
        }
        return new ApiPath(
                parameters.entrySet().stream()
                        .map(entry -> encode(entry.getKey()) + "=" + encode(entry.getValue()))
                        .collect(Collectors.joining("&", text + "?", "")));
    }

    private static String encode(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
