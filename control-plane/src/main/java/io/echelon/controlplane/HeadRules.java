package io.echelon.controlplane;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a request's head must be, beyond being HTTP, so that a proxy in front of the control plane
 * reads the same in it: one host, one framing.
 */
final class HeadRules {
    private static final Pattern HOST =
            Pattern.compile("([A-Za-z0-9._-]{1,253}|\\[[0-9A-Fa-f:.]{2,45}])(:[0-9]{0,5})?");
    private static final Pattern ABSOLUTE = Pattern.compile("https?://([^/?#]*).*");

    private HeadRules() {}

    /** Why a request is refused; null when it is not. */
    static @Nullable String refusal(HttpRequest request) {
        List<String> hosts = request.headers().getAll(HttpHeaderNames.HOST);
        if (hosts.size() != 1) {
            return "The request has %d Host headers; send one".formatted(hosts.size());
        }
        String host = hosts.getFirst();
        if (!HOST.matcher(host).matches()) {
            return "The request's Host is not a valid name with an optional port";
        }
        if (request.headers().contains("")) {
            return "The request has a header without a name";
        }
        List<String> encodings = request.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING);
        if (!encodings.isEmpty()
                && (encodings.size() > 1 || !encodings.getFirst().equalsIgnoreCase("chunked"))) {
            return "The request's Transfer-Encoding is not chunked, the only one known here";
        }
        return target(request.uri(), host);
    }

    private static @Nullable String target(String uri, String host) {
        if (uri.startsWith("/")) {
            return null;
        }
        var absolute = ABSOLUTE.matcher(uri);
        if (!absolute.matches()) {
            return "The request's address does not begin with a slash";
        }
        return absolute.group(1).equalsIgnoreCase(host)
                ? null
                : "The request names two hosts, in its address and in Host";
    }
}
