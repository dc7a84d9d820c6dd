package io.echelon.edgeruntime;

import io.echelon.isolatepool.GuestError;
import io.echelon.tenants.LogLevel;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Tells addresses outside what came of requests that were answered later: a POST with the
 * response's body, under the same rules as a function's own {@code fetch}.
 *
 * <p><b>Thread safety.</b> Any thread; nothing blocks.
 */
final class Callbacks {
    private static final int TRIES = 3;
    private static final long TIMEOUT_MS = 10_000;
    private static final long PAUSE_SECONDS = 1;
    private static final List<String> KEPT_HEADERS = List.of("content-type", "content-language");

    private final OutgoingClients clients;
    private final Destinations destinations;
    private final LogStore logs;

    Callbacks(OutgoingClients clients, Destinations destinations, LogStore logs) {
        this.clients = clients;
        this.destinations = destinations;
        this.logs = logs;
    }

    /**
     * Says why an address may not be told; null when it may, as far as that is known before its
     * name is looked up.
     */
    static @Nullable String refusal(Target target, String url) {
        try {
            FetchTarget to = FetchTarget.parse(url);
            return target.hosts().permits(to.host(), to.port())
                    ? null
                    : "The function may not reach %s, so it cannot be the callback; permissions.net of edge.json has what it may"
                            .formatted(to.host());
        } catch (GuestError e) {
            return "The callback is no address: " + e.getMessage();
        }
    }

    /** Completes when the address has been told, or could not be, which the app's log then says. */
    CompletableFuture<Void> tell(Target target, Invocation ended, byte[] body) {
        String callback = ended.callback();
        if (callback == null) {
            return CompletableFuture.completedFuture(null);
        }
        return attempt(target, callback, ended, body, 1)
                .exceptionally(
                        failure -> {
                            Throwable cause =
                                    failure instanceof CompletionException
                                                    && failure.getCause() != null
                                            ? failure.getCause()
                                            : failure;
                            logs.write(
                                    target.revision(),
                                    LogLevel.ERROR,
                                    "The callback of %s could not be told: %s"
                                            .formatted(ended.id(), cause.getMessage()),
                                    null);
                            return null;
                        });
    }

    private CompletableFuture<Void> attempt(
            Target target, String callback, Invocation ended, byte[] body, int number) {
        CompletableFuture<Void> told = once(target, callback, ended, body);
        return number == TRIES
                ? told
                : told.exceptionallyComposeAsync(
                        _ -> attempt(target, callback, ended, body, number + 1),
                        CompletableFuture.delayedExecutor(PAUSE_SECONDS, TimeUnit.SECONDS));
    }

    private CompletableFuture<Void> once(
            Target target, String callback, Invocation ended, byte[] body) {
        FetchTarget to;
        try {
            to = FetchTarget.parse(callback);
        } catch (GuestError e) {
            return CompletableFuture.failedFuture(e);
        }
        HttpClient client =
                to.scheme() == FetchTarget.Scheme.HTTPS
                        ? clients.secure(target.revision().tenant())
                        : clients.plain(target.revision().tenant());
        return destinations
                .find(to.lookupName())
                .thenCompose(
                        addresses ->
                                client.request(options(to, addresses.getFirst()))
                                        .compose(made -> send(made, ended, body))
                                        .toCompletionStage());
    }

    private static RequestOptions options(FetchTarget to, InetAddress address) {
        return new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setServer(SocketAddress.inetSocketAddress(to.port(), address.getHostAddress()))
                .setHost(to.lookupName())
                .setPort(to.port())
                .setURI(to.target())
                .setTimeout(TIMEOUT_MS)
                .setFollowRedirects(false);
    }

    private static io.vertx.core.Future<Void> send(
            HttpClientRequest made, Invocation ended, byte[] body) {
        made.putHeader("x-echelon-invocation", ended.id());
        made.putHeader(
                "x-echelon-invocation-state",
                ended.state().name().toLowerCase(java.util.Locale.ROOT));
        Integer status = ended.status();
        if (status != null) {
            made.putHeader("x-echelon-invocation-status", status.toString());
        }
        List<String> headers = ended.responseHeaders();
        for (int i = 0; i + 1 < headers.size(); i += 2) {
            if (KEPT_HEADERS.contains(HeaderRules.lowerCase(headers.get(i)))) {
                made.putHeader(headers.get(i), headers.get(i + 1));
            }
        }
        return made.send(Buffer.buffer(body))
                .compose(
                        response ->
                                response.statusCode() / 100 == 2
                                        ? io.vertx.core.Future.<Void>succeededFuture()
                                        : io.vertx.core.Future.<Void>failedFuture(
                                                "it answered with status "
                                                        + response.statusCode()));
    }
}
