package io.echelon.isolatepool.graal;

import io.echelon.isolatepool.FunctionRequest;
import java.net.URI;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/** A request as the environment of a program (RFC 3875, chapter 4.1). */
final class CgiRequest {
    private CgiRequest() {}

    /** The function's own environment with the request's variables over it. */
    static Map<String, String> environment(Map<String, String> own, FunctionRequest request) {
        Map<String, String> environment = new HashMap<>(own);
        URI url = URI.create(request.url());
        String path = url.getRawPath();
        String query = url.getRawQuery();
        environment.put("GATEWAY_INTERFACE", "CGI/1.1");
        environment.put("REQUEST_METHOD", request.method());
        environment.put("SCRIPT_NAME", "");
        environment.put("PATH_INFO", url.getPath());
        environment.put("QUERY_STRING", query == null ? "" : query);
        environment.put("REQUEST_URI", query == null ? path : path + "?" + query);
        environment.put("REQUEST_SCHEME", url.getScheme());
        environment.put("SERVER_NAME", url.getHost());
        environment.put("SERVER_PORT", String.valueOf(port(url)));
        environment.put("SERVER_PROTOCOL", "HTTP/1.1");
        environment.put("SERVER_SOFTWARE", "Echelon");
        String[] headers = request.headers();
        for (int i = 0; i < headers.length; i += 2) {
            header(environment, headers[i], headers[i + 1]);
        }
        return environment;
    }

    private static void header(Map<String, String> environment, String name, String value) {
        switch (name) {
            case "content-type" -> environment.put("CONTENT_TYPE", value);
            case "content-length" -> environment.put("CONTENT_LENGTH", value);
            case "proxy" -> {
                // HTTP_PROXY would redirect a program's own requests (CVE-2016-5385).
            }
            default ->
                    environment.merge(
                            "HTTP_" + name.toUpperCase(Locale.ROOT).replace('-', '_'),
                            value,
                            (first, next) -> first + ", " + next);
        }
    }

    private static int port(URI url) {
        if (url.getPort() >= 0) {
            return url.getPort();
        }
        return "https".equals(url.getScheme()) ? 443 : 80;
    }
}
