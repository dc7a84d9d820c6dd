package io.echelon.edgeruntime;

import io.echelon.kvstore.KvStore;
import io.echelon.kvstore.connect.ConnectAnswer;
import io.echelon.kvstore.connect.ConnectRequest;
import io.echelon.kvstore.connect.KvAccess;
import io.echelon.kvstore.connect.KvConnectServer;
import io.echelon.kvstore.connect.KvPaths;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.TenantName;
import io.echelon.tenants.UsageCounter;
import io.netty.channel.EventLoop;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import java.net.URI;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * KV Connect for tenants and their tools on the public ports: databases below {@code /kv} of the
 * base domain itself, where no function can be.
 *
 * <p>A request's token is looked at before anything of its body is read. What it may take of the
 * node is bounded: bodies by {@link KvConnectServer#REQUEST_MAX_BYTES}, requests under way by
 * {@link #REQUESTS_MAX}, open watches by {@link #WATCHES_MAX}.
 *
 * <p>Lifecycle: open until {@link #close}; {@link #drain} ends the watches before.
 *
 * <p>Thread safety: may be used from every event loop.
 */
final class PublicKv implements AutoCloseable {
    /** Requests under way at once, watches not counted. */
    static final int REQUESTS_MAX = 1_000;

    static final int WATCHES_MAX = 10_000;

    /** Larger requests are read by a thread of their own, so that others need not wait. */
    private static final int ON_LOOP_MAX_BYTES = 16 * 1024;

    private static final String THREAD = "echelon-public-kv";
    private static final String WRITES = "atomic_write";

    private final String host;
    private final KvAccess access;
    private final TenantGates gates;
    private final Function<TenantName, UsageMeter> usage;
    private final KvConnectServer server;
    private final TenantPaths paths = new TenantPaths();
    private final AtomicInteger underWay = new AtomicInteger();
    private final Set<KvExchange> watches = ConcurrentHashMap.newKeySet();
    private volatile boolean draining;

    PublicKv(
            KvStore store,
            KvAccess access,
            TenantGates gates,
            Function<TenantName, UsageMeter> usage,
            Clock clock,
            String baseDomain) {
        this.host = baseDomain.toLowerCase(Locale.ROOT);
        this.access = access;
        this.gates = gates;
        this.usage = usage;
        this.server =
                new KvConnectServer(store, access, clock, paths, KvConnectServer.Clients.ANYONE);
    }

    /** Whether a request is one for here. */
    boolean isFor(String requestedHost, String target) {
        return target.startsWith(TenantPaths.PATH)
                && requestedHost.equals(host)
                && (target.length() == TenantPaths.PATH.length()
                        || target.charAt(TenantPaths.PATH.length()) == '/');
    }

    /**
     * Answers a request; to be called on its event loop.
     *
     * @param scheme {@code http} or {@code https}, as the caller sees it
     */
    void handle(
            HttpServerRequest request,
            RequestHead head,
            String scheme,
            EventLoop eventLoop,
            ConnectionGuard guard,
            Traffic traffic,
            String requestId) {
        KvExchange exchange = new KvExchange(request, eventLoop, guard, traffic, requestId);
        exchange.onEnd(() -> ended(exchange));
        underWay.incrementAndGet();
        try {
            admit(request);
            URI uri = URI.create(scheme + "://" + head.authority() + head.target());
            ConnectRequest withoutBody = new ConnectRequest(uri, exchange.headers(), new byte[0]);
            KvPaths.Place place = paths.find(uri.getRawPath());
            var _ =
                    access.grant(withoutBody.token(), place.database())
                            .whenComplete(
                                    (grant, failure) ->
                                            exchange.onEventLoop(
                                                    () -> {
                                                        if (failure != null) {
                                                            exchange.refuse(failure);
                                                        } else if (grant == KvAccess.Grant.NONE) {
                                                            exchange.refuse(notOpened());
                                                        } else if (letIn(exchange, place)) {
                                                            read(exchange, withoutBody);
                                                        }
                                                    }));
        } catch (IllegalArgumentException noUri) {
            exchange.refuse(
                    new EchelonException(
                            ErrorCode.INVALID_ARGUMENT, "The request's address is not valid"));
        } catch (EchelonException refusal) {
            exchange.refuse(refusal);
        }
    }

    /** Ends open watches and opens no more; their clients go to another node or come back. */
    void drain() {
        draining = true;
        endWatches();
    }

    /** Ends open watches, whose clients then go to another node. */
    void endWatches() {
        List.copyOf(watches).forEach(KvExchange::end);
    }

    @Override
    public void close() {
        drain();
        server.close();
    }

    private void admit(HttpServerRequest request) {
        if (!HttpMethod.POST.equals(request.method())) {
            throw new EchelonException(
                    ErrorCode.METHOD_NOT_ALLOWED,
                    "The method %s is not one of KV Connect; use POST".formatted(request.method()));
        }
        if (draining) {
            throw new EchelonException(
                    ErrorCode.OVERLOADED, "This node is shutting down; ask another");
        }
        if (underWay.get() - watches.size() > REQUESTS_MAX) {
            throw new EchelonException(
                    ErrorCode.OVERLOADED,
                    "This node has %,d requests to databases under way, as many as are allowed; try again shortly"
                            .formatted(REQUESTS_MAX));
        }
    }

    private void read(KvExchange exchange, ConnectRequest head) {
        exchange.withBody(
                body -> answer(exchange, new ConnectRequest(head.uri(), head.headers(), body)));
    }

    private void answer(KvExchange exchange, ConnectRequest request) {
        if (request.body().length > ON_LOOP_MAX_BYTES) {
            Thread.ofVirtual().name(THREAD).start(() -> ask(exchange, request));
        } else {
            ask(exchange, request);
        }
    }

    /** Has the store answer; the event loop is not kept waiting for that. */
    private void ask(KvExchange exchange, ConnectRequest request) {
        var _ =
                server.handle(request)
                        .whenComplete(
                                (answer, failure) -> {
                                    if (failure != null) {
                                        exchange.refuse(failure);
                                        return;
                                    }
                                    switch (answer) {
                                        case ConnectAnswer.Whole whole -> exchange.send(whole);
                                        case ConnectAnswer.Frames frames ->
                                                Thread.ofVirtual()
                                                        .name(THREAD)
                                                        .start(() -> stream(exchange, frames));
                                    }
                                });
    }

    private void stream(KvExchange exchange, ConnectAnswer.Frames frames) {
        if (watches.size() >= WATCHES_MAX) {
            exchange.refuse(
                    new EchelonException(
                            ErrorCode.OVER_QUOTA,
                            "This node has %,d open watches, as many as are allowed; close some"
                                    .formatted(WATCHES_MAX)));
            return;
        }
        watches.add(exchange);
        try {
            exchange.stream(frames);
            if (draining) {
                exchange.end();
            }
        } catch (EchelonException | CompletionException failure) {
            exchange.refuse(failure);
        }
    }

    /** Counts an operation for the tenant when its quota lets it in, and refuses it otherwise. */
    private boolean letIn(KvExchange exchange, KvPaths.Place place) {
        TenantName tenant =
                DatabaseRef.ofStoreName(place.database()).map(DatabaseRef::tenant).orElse(null);
        if (tenant == null || place.rest().isEmpty()) {
            return true;
        }
        TenantGate gate = gates.of(tenant);
        if (gate.admitKv(1, System.nanoTime())) {
            usage.apply(tenant)
                    .add(
                            place.rest().getLast().equals(WRITES)
                                    ? UsageCounter.KV_WRITES
                                    : UsageCounter.KV_READS,
                            1);
            return true;
        }
        exchange.refuse(new EchelonException(ErrorCode.OVER_QUOTA, gate.kvRefusal()));
        return false;
    }

    private void ended(KvExchange exchange) {
        watches.remove(exchange);
        underWay.decrementAndGet();
    }

    private static EchelonException notOpened() {
        return new EchelonException(
                ErrorCode.UNAUTHENTICATED,
                "The token does not open this database; send a valid one as bearer token");
    }
}
