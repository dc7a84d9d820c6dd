package io.echelon.edgeruntime;

import io.echelon.kvstore.KvStore;
import io.echelon.kvstore.connect.ConnectAnswer;
import io.echelon.kvstore.connect.ConnectRequest;
import io.echelon.kvstore.connect.KvAccess;
import io.echelon.kvstore.connect.KvConnectServer;
import io.echelon.tenants.SystemRows;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.net.URI;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The store's databases on the internal port, below {@code /kv}, as KV Connect has them. */
final class KvRoutes {
    private static final String PATH = "/kv";

    private final KvConnectServer server;

    private KvRoutes(KvConnectServer server) {
        this.server = server;
    }

    /** Adds the routes; the server is to be closed before the store. */
    static KvConnectServer mount(Router router, KvStore store, ClusterSecret secret, Clock clock) {
        KvAccess access =
                (token, database) ->
                        CompletableFuture.completedFuture(
                                secret.isShownBy("Bearer " + token)
                                        ? KvAccess.Grant.READ_WRITE
                                        : KvAccess.Grant.NONE);
        KvConnectServer server =
                new KvConnectServer(store, access, clock, PATH, SystemRows.DATABASE);
        KvRoutes routes = new KvRoutes(server);
        router.post(PATH).handler(routes::handle);
        router.post(PATH + "/*").handler(routes::handle);
        return server;
    }

    private void handle(RoutingContext context) {
        HttpServerRequest request = context.request();
        PulledStream body = BodyStreams.of(request);
        InternalAnswers.onThread(
                request,
                "kv",
                () -> {
                    Map<String, String> headers = new HashMap<>();
                    request.headers()
                            .forEach(
                                    (name, value) ->
                                            headers.put(HeaderRules.lowerCase(name), value));
                    byte[] bytes = body.readAtMost(KvConnectServer.REQUEST_MAX_BYTES);
                    ConnectAnswer answer =
                            server.handle(
                                            new ConnectRequest(
                                                    URI.create(request.absoluteURI()),
                                                    headers,
                                                    bytes))
                                    .join();
                    send(request.response(), answer);
                });
    }

    private static void send(HttpServerResponse response, ConnectAnswer answer) {
        response.setStatusCode(answer.status());
        answer.headers().forEach(response::putHeader);
        switch (answer) {
            case ConnectAnswer.Whole whole -> response.end(Buffer.buffer(whole.body()));
            case ConnectAnswer.Frames frames -> stream(response, frames);
        }
    }

    private static void stream(HttpServerResponse response, ConnectAnswer.Frames frames) {
        response.setChunked(true);
        response.writeHead().toCompletionStage().toCompletableFuture().join();
        ConnectAnswer.AutoCloseableSource source =
                frames.source()
                        .open(
                                new ConnectAnswer.FrameSink() {
                                    @Override
                                    public CompletionStage<?> send(byte[] frame) {
                                        return response.write(Buffer.buffer(frame))
                                                .toCompletionStage();
                                    }

                                    @Override
                                    public void end() {
                                        response.end();
                                    }
                                });
        response.closeHandler(nothing -> source.close());
        if (response.closed()) {
            source.close();
        }
    }
}
