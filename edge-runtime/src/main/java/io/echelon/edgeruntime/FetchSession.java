package io.echelon.edgeruntime;

import io.echelon.isolatepool.GuestError;
import io.echelon.isolatepool.HostSession;
import io.echelon.tenants.Limits;
import io.echelon.tenants.TenantName;
import io.echelon.tenants.UsageCounter;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/**
 * One isolate's outgoing requests.
 *
 * <p><b>Thread safety.</b> Operations come one at a time from the isolate; requests end on event
 * loops. What both touch is guarded by this.
 */
final class FetchSession implements HostSession {
    private static final String STREAM = "stream";

    private final Vertx vertx;
    private final OutgoingClients clients;
    private final Destinations destinations;
    private final PermittedHosts hosts;
    private final TenantName tenant;
    private final UsageMeter usage;
    private final GuestTraces traces;
    private final Map<Integer, Subrequest> open = new HashMap<>();
    private final Queue<Subrequest> waiting = new ArrayDeque<>();
    private int begun;
    private int connected;
    private boolean closed;

    FetchSession(
            Vertx vertx,
            OutgoingClients clients,
            Destinations destinations,
            PermittedHosts hosts,
            TenantName tenant,
            UsageMeter usage,
            GuestTraces traces) {
        this.vertx = vertx;
        this.clients = clients;
        this.destinations = destinations;
        this.hosts = hosts;
        this.tenant = tenant;
        this.usage = usage;
        this.traces = traces;
    }

    @Override
    public CompletionStage<@Nullable Object> start(String operation, @Nullable Object[] arguments) {
        try {
            return switch (operation) {
                case "begin" -> CompletableFuture.completedFuture(begin().rid());
                case "open" -> open(arguments);
                case "write" -> known(arguments).write((byte[]) at(arguments, 1));
                case "finish" -> known(arguments).finishBody();
                case "read" -> known(arguments).read();
                case "cancel" -> cancel(arguments);
                default -> throw new GuestError("TypeError", "fetch has no operation " + operation);
            };
        } catch (GuestError refused) {
            return CompletableFuture.failedFuture(refused);
        } catch (ClassCastException | IndexOutOfBoundsException | NullPointerException malformed) {
            return CompletableFuture.failedFuture(
                    new GuestError("TypeError", "fetch." + operation + " was called wrongly"));
        }
    }

    @Override
    public synchronized String waitingFor() {
        return open.values().stream()
                .filter(Subrequest::isUnanswered)
                .map(request -> "fetch " + request.url())
                .limit(5)
                .reduce((a, b) -> a + ", " + b)
                .orElse("");
    }

    @Override
    public void close() {
        List<Subrequest> left;
        synchronized (this) {
            closed = true;
            left = new ArrayList<>(open.values());
            waiting.clear();
        }
        left.forEach(Subrequest::cancel);
    }

    /** Says that a request holds no connection any more; the next one that waits goes ahead. */
    void over(Subrequest request) {
        Subrequest next = null;
        synchronized (this) {
            open.remove(request.rid());
            if (request.leaveConnection()) {
                connected--;
                next = closed ? null : waiting.poll();
                if (next != null) {
                    connected++;
                    next.enterConnection();
                }
            } else {
                waiting.remove(request);
            }
        }
        if (next != null) {
            next.connect();
        }
    }

    /** Counts bytes of requests' bodies. */
    void sent(long bytes) {
        usage.add(UsageCounter.EGRESS_BYTES, bytes);
    }

    /** Counts bytes of responses' bodies, as they came over the network. */
    void received(long bytes) {
        usage.add(UsageCounter.INGRESS_BYTES, bytes);
    }

    Destinations destinations() {
        return destinations;
    }

    HttpClient client(FetchTarget target) {
        return switch (target.scheme()) {
            case HTTPS -> clients.secure(tenant);
            case HTTP -> clients.plain(tenant);
        };
    }

    private synchronized Subrequest begin() {
        if (closed) {
            throw new GuestError("AbortError", "The isolate has ended");
        }
        if (begun >= Limits.SUBREQUESTS_MAX) {
            throw new GuestError(
                    "TypeError",
                    "This request has made %,d subrequests; more are not allowed"
                            .formatted(Limits.SUBREQUESTS_MAX));
        }
        begun++;
        usage.add(UsageCounter.SUBREQUESTS, 1);
        Subrequest request = new Subrequest(this, vertx, begun);
        open.put(begun, request);
        return request;
    }

    private CompletionStage<@Nullable Object> open(@Nullable Object[] arguments) {
        String method = (String) at(arguments, 0);
        String url = (String) at(arguments, 1);
        Object[] headers = (Object[]) at(arguments, 2);
        Object body = arguments.length > 3 ? arguments[3] : null;
        FetchTarget target = FetchTarget.parse(url);
        if (!hosts.permits(target.host(), target.port())) {
            throw new GuestError(
                    "PermissionDenied",
                    "Requires net access to \"%s:%d\"; add \"%s\" to permissions.net in edge.json"
                            .formatted(target.host(), target.port(), target.host()));
        }
        boolean streamed = STREAM.equals(body);
        Subrequest request = streamed ? find(number(at(arguments, 4))) : begin();
        OpenSpan span = begin(method, target);
        Object[] carried = traces.carried(span, headers);
        CompletionStage<@Nullable Object> answer =
                OpenSpan.around(
                        span,
                        () ->
                                told(
                                        span,
                                        request.open(
                                                method,
                                                url,
                                                target,
                                                carried,
                                                streamed ? null : (byte[]) body,
                                                streamed
                                                        ? Subrequest.BodyMode.STREAMED
                                                        : Subrequest.BodyMode.WHOLE)));
        boolean goes;
        synchronized (this) {
            goes = connected < Limits.OUTGOING_SOCKETS_MAX;
            if (goes) {
                connected++;
                request.enterConnection();
            } else {
                waiting.add(request);
            }
        }
        if (goes) {
            request.connect();
        }
        return answer;
    }

    /** Begins a span that says where a request goes, and no more of its address. */
    private @Nullable OpenSpan begin(String method, FetchTarget target) {
        OpenSpan span = traces.begin(method);
        return span == null
                ? null
                : span.set("http.request.method", method)
                        .set("server.address", target.host())
                        .set("server.port", target.port());
    }

    /** Has a span told how its request is answered. */
    private static CompletionStage<@Nullable Object> told(
            @Nullable OpenSpan span, CompletionStage<@Nullable Object> answer) {
        return span == null
                ? answer
                : answer.thenApply(
                        head -> {
                            if (head instanceof Object[] parts
                                    && parts[0] instanceof Integer status) {
                                span.answered(status);
                            }
                            return head;
                        });
    }

    private CompletionStage<@Nullable Object> cancel(@Nullable Object[] arguments) {
        Subrequest request;
        synchronized (this) {
            request = open.get(number(at(arguments, 0)));
        }
        if (request != null) {
            request.cancel();
        }
        return CompletableFuture.completedFuture(null);
    }

    private Subrequest known(@Nullable Object[] arguments) {
        return find(number(at(arguments, 0)));
    }

    private synchronized Subrequest find(int rid) {
        Subrequest request = open.get(rid);
        if (request == null) {
            throw new GuestError("TypeError", "The request is over");
        }
        return request;
    }

    private static int number(Object value) {
        return ((Number) value).intValue();
    }

    private static Object at(@Nullable Object[] arguments, int index) {
        Object value = arguments[index];
        if (value == null) {
            throw new GuestError("TypeError", "fetch was called without a value that it needs");
        }
        return value;
    }
}
