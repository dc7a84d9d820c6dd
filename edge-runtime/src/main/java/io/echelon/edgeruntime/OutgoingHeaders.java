package io.echelon.edgeruntime;

import io.echelon.isolatepool.GuestError;
import io.echelon.tenants.Limits;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The headers of outgoing requests and of what comes back. */
final class OutgoingHeaders {
    /** What the platform decides itself, or what would let a guest write a second request. */
    private static final Set<String> NOT_THE_GUESTS =
            Set.of("host", "content-length", "expect", "http2-settings");

    private static final Set<HttpMethod> WITH_BODY =
            Set.of(HttpMethod.POST, HttpMethod.PUT, HttpMethod.PATCH);

    private static final int METHOD_MAX_CHARS = 64;

    private OutgoingHeaders() {}

    /** Refuses a method or headers that would not be valid on the wire. */
    static void check(String method, Object[] headers) {
        if (method.length() > METHOD_MAX_CHARS
                || !method.chars()
                        .allMatch(c -> (Character.isLetterOrDigit(c) && c < 0x80) || c == '-')
                || method.isEmpty()
                || Set.of("CONNECT", "TRACE", "TRACK")
                        .contains(method.toUpperCase(java.util.Locale.ROOT))) {
            throw new GuestError("TypeError", "The method is not allowed");
        }
        String[] flat = new String[headers.length];
        for (int i = 0; i < headers.length; i++) {
            flat[i] = (String) headers[i];
        }
        if (flat.length % 2 != 0 || HeaderRules.refusal(flat) != null) {
            throw new GuestError(
                    "TypeError",
                    "The request's headers have a name or value that is not valid, or are more than %,d bytes"
                            .formatted(Limits.HEADERS_MAX_BYTES));
        }
    }

    /** Sets a guest's headers and those that it left out. */
    static void copy(Object[] headers, HttpClientRequest request) {
        MultiMap out = request.headers();
        for (int i = 0; i + 1 < headers.length; i += 2) {
            String name = HeaderRules.lowerCase((String) headers[i]);
            if (!NOT_THE_GUESTS.contains(name) && !HeaderRules.isOfOneConnection(name)) {
                out.add(name, (String) headers[i + 1]);
            }
        }
        setIfAbsent(out, "accept", "*/*");
        setIfAbsent(out, "user-agent", "Echelon");
        setIfAbsent(out, "accept-encoding", "gzip, deflate");
    }

    static boolean announcesEmptyBody(HttpMethod method) {
        return WITH_BODY.contains(method);
    }

    /**
     * A response's headers, names in lower case and values in turn. What described the packed body
     * is left out when it is unpacked on the way.
     */
    static Object[] flat(MultiMap headers, @Nullable ContentDecoder decoder) {
        Object[] flat = new Object[2 * headers.size()];
        int length = 0;
        for (Map.Entry<String, String> header : headers) {
            String name = HeaderRules.lowerCase(header.getKey());
            boolean ofPackedBody =
                    decoder != null
                            && (name.equals("content-encoding") || name.equals("content-length"));
            if (!ofPackedBody && !name.startsWith(":")) {
                flat[length++] = name;
                flat[length++] = header.getValue();
            }
        }
        return java.util.Arrays.copyOf(flat, length);
    }

    private static void setIfAbsent(MultiMap headers, String name, String value) {
        if (!headers.contains(name)) {
            headers.set(name, value);
        }
    }
}
