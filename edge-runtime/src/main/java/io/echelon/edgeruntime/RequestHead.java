package io.echelon.edgeruntime;

import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Limits;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request's head, read once and checked: which host, which address, which headers go on to the
 * function.
 *
 * <p>A head that two parties could read in two ways (two hosts, two lengths, an unknown framing) is
 * refused rather than repaired.
 */
final class RequestHead {
    private static final String CHUNKED = "chunked";

    private final HttpServerRequest request;
    private final String[] flat;
    private int length;
    private int hosts;
    private boolean framed;
    private long contentLength = -1;
    private @Nullable String authority;
    private @Nullable String forwardedFor;
    private ErrorCode refusalCode = ErrorCode.INVALID_ARGUMENT;
    private @Nullable String refusal;
    private String target = "";

    private RequestHead(HttpServerRequest request, int headers) {
        this.request = request;
        this.flat = new String[2 * (headers + 4)];
    }

    /**
     * @param scheme {@code http} or {@code https}, as the caller sees it
     * @param trusted whether the sender is a proxy whose word on where a request came from counts
     */
    static RequestHead read(
            HttpServerRequest request, String scheme, String remoteHost, Sender trusted) {
        RequestHead head = new RequestHead(request, request.headers().size());
        boolean http2 = request.version() == HttpVersion.HTTP_2;
        for (Map.Entry<String, String> header : request.headers()) {
            if (http2 && !HeaderRules.isValid(header.getKey(), header.getValue())) {
                head.refuse("The request has a header with characters that HTTP/1 does not have");
                break;
            }
            head.take(HeaderRules.lowerCase(header.getKey()), header.getValue(), trusted);
        }
        if (http2) {
            head.authorityOfHttp2();
        }
        head.checkMethodAndTarget();
        String authority = head.authority;
        if (head.hosts > 1) {
            head.refuse("The request has %d Host headers; send one".formatted(head.hosts));
        } else if (authority == null || (head.hosts == 0 && !http2)) {
            head.refuse("The request has no Host header; send one");
        } else if (head.refusal == null) {
            head.add("x-forwarded-for", head.forwardedChain(remoteHost));
            if (trusted == Sender.ANYONE || !head.has("x-forwarded-proto")) {
                head.add("x-forwarded-proto", scheme);
            }
            if (trusted == Sender.ANYONE || !head.has("x-forwarded-host")) {
                head.add("x-forwarded-host", authority);
            }
        }
        return head;
    }

    /**
     * What another node has read and checked.
     *
     * @param request what it handed on
     * @param hasBody whether a body comes with it
     */
    static RequestHead forwarded(
            HttpServerRequest request, ForwardedHead forwarded, boolean hasBody) {
        List<String> headers = forwarded.headers();
        RequestHead head = new RequestHead(request, headers.size() / 2);
        for (int i = 0; i + 1 < headers.size(); i += 2) {
            head.add(headers.get(i), headers.get(i + 1));
            if (headers.get(i).equals("content-length")) {
                head.contentLength = HeaderRules.lengthOf(headers.get(i + 1));
            }
        }
        head.authority = forwarded.authority();
        head.target = forwarded.target();
        head.framed = hasBody;
        return head;
    }

    /** Whose word a request is. */
    enum Sender {
        ANYONE,
        TRUSTED_PROXY
    }

    /** Why the request is refused; null when it is not. */
    @Nullable String refusal() {
        return refusal;
    }

    ErrorCode refusalCode() {
        return refusalCode;
    }

    /** The host that the request is for, with its port if it has one. */
    String authority() {
        return authority == null ? "" : authority;
    }

    /** Path and query, beginning with a slash. */
    String target() {
        return target;
    }

    /** Names in lower case and values in turn. */
    String[] headers() {
        return length == flat.length ? flat : Arrays.copyOf(flat, length);
    }

    /**
     * Where a header stands, for {@link #valueAt}; -1 when it is not there.
     *
     * @param name in lower case
     * @param from 0, or two beyond where the last one of that name stood
     */
    int indexOf(String name, int from) {
        for (int i = from; i < length; i += 2) {
            if (flat[i].equals(name)) {
                return i;
            }
        }
        return -1;
    }

    String valueAt(int index) {
        return flat[index + 1];
    }

    /** What the caller says the body's length is, in bytes; -1 when it does not. */
    long contentLength() {
        return contentLength;
    }

    boolean hasBody() {
        if (contentLength >= 0) {
            return contentLength > 0;
        }
        if (request.version() != HttpVersion.HTTP_2) {
            return framed;
        }
        String method = request.method().name();
        return !method.equals("GET") && !method.equals("HEAD") && !request.isEnded();
    }

    private void take(String name, String value, Sender sender) {
        switch (name) {
            case "" -> refuse("The request has a header without a name");
            case "host" -> {
                hosts++;
                authority = value;
            }
            case "transfer-encoding" -> {
                framed = true;
                if (!value.equalsIgnoreCase(CHUNKED)) {
                    refuse(
                            "The request's Transfer-Encoding is not chunked, the only one known here");
                }
            }
            case "content-length" -> takeLength(value);
            default -> {}
        }
        if (HeaderRules.isOfOneConnection(name)
                || HeaderRules.isOurs(name)
                || name.equals("expect")
                || name.startsWith(":")) {
            return;
        }
        if (HeaderRules.isOfProxies(name)) {
            if (sender == Sender.ANYONE) {
                return;
            }
            if (name.equals("x-forwarded-for")) {
                forwardedFor = forwardedFor == null ? value : forwardedFor + ", " + value;
                return;
            }
        }
        add(name, value);
    }

    private void takeLength(String value) {
        try {
            if (contentLength >= 0 || value.isEmpty() || value.charAt(0) == '+') {
                refuse("The request's Content-Length is given twice or is not a number");
                return;
            }
            contentLength = Long.parseLong(value);
            if (contentLength < 0) {
                refuse("The request's Content-Length is negative");
            }
        } catch (NumberFormatException notANumber) {
            refuse("The request's Content-Length is not a number");
        }
    }

    private void authorityOfHttp2() {
        HostAndPort given = request.authority();
        if (given == null) {
            return;
        }
        String text = given.port() > 0 ? given.host() + ":" + given.port() : given.host();
        if (hosts == 0) {
            add("host", text);
        } else if (!text.equalsIgnoreCase(authority)) {
            refuse("The request names two hosts, in :authority and in Host");
        }
        authority = text;
    }

    private void checkMethodAndTarget() {
        String uri = request.uri();
        String method = request.method().name();
        if (method.equals("CONNECT") || method.equals("TRACE") || method.equals("TRACK")) {
            refuse(ErrorCode.METHOD_NOT_ALLOWED, "The method %s is not allowed".formatted(method));
            return;
        }
        if (uri == null || uri.isEmpty()) {
            refuse("The request has no path");
            return;
        }
        if (uri.length() > Limits.URL_MAX_BYTES) {
            refuse(
                    ErrorCode.URI_TOO_LONG,
                    "The address is %,d bytes; at most %,d are allowed"
                            .formatted(uri.length(), Limits.URL_MAX_BYTES));
            return;
        }
        target = uri.charAt(0) == '/' ? uri : targetOfAbsolute(uri, method);
        for (int i = 0; i < target.length(); i++) {
            if (target.charAt(i) <= ' ' || target.charAt(i) == 0x7f) {
                refuse("The request's address has a space or a control character");
                return;
            }
        }
    }

    /** Takes the host out of a target in absolute form, where it comes before the Host header. */
    private String targetOfAbsolute(String uri, String method) {
        if (uri.equals("*") && method.equals("OPTIONS")) {
            return "/";
        }
        int start = uri.startsWith("http://") ? 7 : uri.startsWith("https://") ? 8 : -1;
        if (start < 0) {
            refuse("The request's address does not begin with a slash");
            return "/";
        }
        int end = start;
        while (end < uri.length() && "/?#".indexOf(uri.charAt(end)) < 0) {
            end++;
        }
        String named = uri.substring(start, end);
        if (authority != null && !named.equalsIgnoreCase(authority)) {
            refuse("The request names two hosts, in its address and in Host");
        }
        authority = named;
        String rest = uri.substring(end);
        return rest.startsWith("/") ? rest : "/" + rest;
    }

    private String forwardedChain(String remoteHost) {
        return forwardedFor == null ? remoteHost : forwardedFor + ", " + remoteHost;
    }

    private boolean has(String name) {
        return indexOf(name, 0) >= 0;
    }

    private void add(String name, String value) {
        flat[length++] = name;
        flat[length++] = value;
    }

    private void refuse(String message) {
        refuse(ErrorCode.INVALID_ARGUMENT, message);
    }

    private void refuse(ErrorCode code, String message) {
        if (refusal == null) {
            refusalCode = code;
            refusal = message;
        }
    }
}
