package io.echelon.edgeruntime;

import io.echelon.kvstore.HeldStore;
import io.echelon.kvstore.KvAnswers;
import io.echelon.kvstore.StoreMark;
import io.echelon.kvstore.connect.RemoteStoreDesk;
import io.echelon.kvstore.ratis.Member;
import io.echelon.kvstore.ratis.Replicated;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.time.Duration;
import java.util.Set;
import java.util.function.Supplier;

/** What concerns the store as a whole, on the internal port, below {@code /store}. */
final class StoreRoutes {
    private static final int REQUEST_MAX_BYTES = 4096;
    private static final Duration MARKING = Duration.ofSeconds(25);
    private static final Duration PLACING = Duration.ofSeconds(20);
    private static final Duration READING = Duration.ofMinutes(10);
    private static final Duration CATCHING_UP = Duration.ofSeconds(55);

    private final HeldStore store;

    private StoreRoutes(HeldStore store) {
        this.store = store;
    }

    static void mount(Router router, HeldStore store) {
        StoreRoutes routes = new StoreRoutes(store);
        router.post(ReplicaReplacement.PATH).handler(routes::replace);
        router.get("/store").handler(routes::status);
        router.post("/store/marks").handler(routes::mark);
        router.get("/store/digest").handler(routes::digest);
        router.get("/store/sizes").handler(routes::sizes);
        router.get("/store/places").handler(routes::places);
        router.post("/store/moves").handler(routes::move);
    }

    private void status(RoutingContext context) {
        answer(context.request(), () -> new RemoteStoreDesk.Status(store.shards()));
    }

    private void places(RoutingContext context) {
        answer(
                context.request(),
                () -> new RemoteStoreDesk.Places(KvAnswers.await(store.places(), PLACING)));
    }

    private void move(RoutingContext context) {
        HttpServerRequest request = context.request();
        PulledStream body = BodyStreams.of(request);
        InternalAnswers.onThread(
                request,
                "store",
                () -> {
                    RemoteStoreDesk.Move asked;
                    try {
                        asked =
                                Json.read(
                                        body.readAtMost(REQUEST_MAX_BYTES),
                                        RemoteStoreDesk.Move.class);
                    } catch (IllegalArgumentException e) {
                        throw new EchelonException(
                                ErrorCode.INVALID_ARGUMENT,
                                "The body must be {\"database\",\"shard\"}",
                                e);
                    }
                    KvAnswers.await(store.move(asked.database(), asked.shard()), PLACING);
                    request.response().setStatusCode(204).end();
                });
    }

    private void sizes(RoutingContext context) {
        HttpServerRequest request = context.request();
        String below = request.getParam("below");
        answer(request, () -> new RemoteStoreDesk.Sizes(store.sizes(below == null ? "" : below)));
    }

    private void mark(RoutingContext context) {
        answer(
                context.request(),
                () -> new RemoteStoreDesk.Mark(KvAnswers.await(store.mark(), MARKING).toString()));
    }

    private void digest(RoutingContext context) {
        HttpServerRequest request = context.request();
        String text = String.valueOf(request.getParam("mark"));
        if (!text.matches(StoreMark.PATTERN)) {
            InternalAnswers.refuse(
                    request, ErrorCode.INVALID_ARGUMENT, "mark must be whole numbers");
            return;
        }
        answer(request, () -> KvAnswers.await(store.digest(StoreMark.of(text)), READING));
    }

    private static void answer(HttpServerRequest request, Supplier<Object> work) {
        InternalAnswers.onThread(
                request, "store", () -> InternalAnswers.json(request, Json.bytes(work.get())));
    }

    private void replace(RoutingContext context) {
        HttpServerRequest request = context.request();
        PulledStream body = BodyStreams.of(request);
        InternalAnswers.onThread(
                request,
                "store",
                () -> {
                    if (!(store instanceof Replicated replicas)) {
                        throw new EchelonException(
                                ErrorCode.CONFLICT, "This node has no replica of the store");
                    }
                    ReplicaReplacement.Request asked;
                    Member joining;
                    try {
                        asked =
                                Json.read(
                                        body.readAtMost(REQUEST_MAX_BYTES),
                                        ReplicaReplacement.Request.class);
                        joining = asked.member();
                    } catch (IllegalArgumentException e) {
                        throw new EchelonException(
                                ErrorCode.INVALID_ARGUMENT,
                                "The body must be {\"lost\",\"name\",\"address\"}",
                                e);
                    }
                    Set<Integer> done =
                            KvAnswers.await(replicas.replace(asked.lost(), joining), CATCHING_UP);
                    InternalAnswers.json(request, Json.bytes(new ReplicaReplacement.Answer(done)));
                });
    }
}
