package io.echelon.edgeruntime;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.HttpServerRequestInternal;
import io.vertx.core.http.impl.HttpServerRequestWrapper;
import io.vertx.core.net.HostAndPort;

/** A request that another node handed on, as though its caller had come here. */
final class ForwardedRequest extends HttpServerRequestWrapper {
    private static final String EXPECT = "expect";

    private final ForwardedHead head;
    private final MultiMap headers = MultiMap.caseInsensitiveMultiMap();
    private final HostAndPort authority;

    /**
     * @param carrier the other node's request, which has the body and gets the answer
     */
    ForwardedRequest(HttpServerRequest carrier, ForwardedHead head) {
        super((HttpServerRequestInternal) carrier);
        this.head = head;
        for (int i = 0; i + 1 < head.headers().size(); i += 2) {
            headers.add(head.headers().get(i), head.headers().get(i + 1));
        }
        String expected = carrier.getHeader(EXPECT);
        if (expected != null) {
            headers.set(EXPECT, expected);
        }
        HostAndPort parsed = HostAndPort.parseAuthority(head.authority(), -1);
        this.authority = parsed == null ? HostAndPort.create(head.authority(), -1) : parsed;
    }

    @Override
    public MultiMap headers() {
        return headers;
    }

    @Override
    public String scheme() {
        return head.scheme();
    }

    @Override
    public boolean isSSL() {
        return head.scheme().equals("https");
    }

    @Override
    public String uri() {
        return head.target();
    }

    @Override
    public String path() {
        int end = head.target().indexOf('?');
        return end < 0 ? head.target() : head.target().substring(0, end);
    }

    @Override
    public String query() {
        int end = head.target().indexOf('?');
        return end < 0 ? "" : head.target().substring(end + 1);
    }

    @Override
    public HostAndPort authority() {
        return authority;
    }
}
