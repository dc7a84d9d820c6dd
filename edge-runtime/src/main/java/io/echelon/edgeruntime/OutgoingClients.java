package io.echelon.edgeruntime;

import io.echelon.tenants.Limits;
import io.echelon.tenants.TenantName;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.net.TrustOptions;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import org.jspecify.annotations.Nullable;

/** The HTTP clients of functions: each tenant has its own, so that none shares a connection. */
final class OutgoingClients implements AutoCloseable {
    private static final int CONNECT_TIMEOUT_MILLIS = 10_000;
    private static final int KEEP_ALIVE_SECONDS = 30;
    private static final int CONNECTIONS_PER_HOST = 512;
    private static final int HTTP2_CONNECTIONS_PER_HOST = 4;
    private static final int WAITING_PER_HOST = 10_000;

    private record Pair(HttpClient secure, HttpClient plain) {}

    private final Vertx vertx;
    private final @Nullable TrustOptions trust;
    private final ConcurrentMap<TenantName, Pair> clients = new ConcurrentHashMap<>();

    /**
     * @param trust which certificates count; null is those that the JVM trusts
     */
    OutgoingClients(Vertx vertx, @Nullable TrustOptions trust) {
        this.vertx = vertx;
        this.trust = trust;
    }

    /** The client for addresses with TLS, which speaks HTTP/2 where the other side does. */
    HttpClient secure(TenantName tenant) {
        return of(tenant).secure();
    }

    /** The client for addresses in the clear. */
    HttpClient plain(TenantName tenant) {
        return of(tenant).plain();
    }

    @Override
    public void close() {
        clients.values()
                .forEach(
                        pair -> {
                            pair.secure().close();
                            pair.plain().close();
                        });
    }

    private Pair of(TenantName tenant) {
        return clients.computeIfAbsent(
                tenant,
                name -> {
                    HttpClientOptions secure =
                            options()
                                    .setSsl(true)
                                    .setUseAlpn(true)
                                    .setProtocolVersion(HttpVersion.HTTP_2)
                                    .setAlpnVersions(
                                            List.of(HttpVersion.HTTP_2, HttpVersion.HTTP_1_1));
                    if (trust != null) {
                        secure.setTrustOptions(trust);
                    }
                    PoolOptions pool =
                            new PoolOptions()
                                    .setHttp1MaxSize(CONNECTIONS_PER_HOST)
                                    .setHttp2MaxSize(HTTP2_CONNECTIONS_PER_HOST)
                                    .setMaxWaitQueueSize(WAITING_PER_HOST);
                    return new Pair(
                            vertx.createHttpClient(secure, pool),
                            vertx.createHttpClient(
                                    options().setProtocolVersion(HttpVersion.HTTP_1_1), pool));
                });
    }

    private static HttpClientOptions options() {
        return new HttpClientOptions()
                .setConnectTimeout(CONNECT_TIMEOUT_MILLIS)
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setHttp2KeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setMaxHeaderSize(Limits.HEADERS_MAX_BYTES)
                .setMaxRedirects(0)
                .setDecompressionSupported(false)
                .setVerifyHost(true)
                .setInitialSettings(
                        new Http2Settings()
                                .setPushEnabled(false)
                                .setMaxHeaderListSize(Limits.HEADERS_MAX_BYTES));
    }
}
