package io.echelon.edgeruntime;

import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import java.io.ByteArrayOutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Requests that ask to be answered later ({@code prefer: respond-async}), and what is asked of
 * those afterwards below {@link #PATH}. All of it happens on the request's event loop.
 */
final class InvocationRequests {
    /** Where an app's invocations are looked at, on each of its hosts. */
    static final String PATH = "/.well-known/echelon/invocations/";

    private static final Logger LOG = Logger.getLogger(InvocationRequests.class);
    private static final String CALLBACK = "x-echelon-callback";
    private static final String RESPONSE = "/response";

    private final Invocations invocations;
    private final Clock clock;
    private final Traces traces;
    private final java.util.function.Consumer<DatabaseRef> expected;

    /**
     * @param expected told which database has a message that may be its first
     */
    InvocationRequests(
            Invocations invocations,
            Clock clock,
            Traces traces,
            java.util.function.Consumer<DatabaseRef> expected) {
        this.invocations = invocations;
        this.clock = clock;
        this.traces = traces;
        this.expected = expected;
    }

    /** Takes an admitted request if it is one of these. */
    boolean take(
            Exchange exchange,
            RequestHead head,
            @Nullable RequestBody body,
            Target target,
            String url) {
        if (isLook(head)) {
            look(exchange, head, target, exchange.request().method());
            return true;
        }
        if (!isPutOff(exchange)) {
            return false;
        }
        accept(exchange, head, body, target, url);
        return true;
    }

    /** Whether {@link #take} takes a request, whatever it leads to. */
    static boolean concern(Exchange exchange, RequestHead head) {
        return isLook(head) || isPutOff(exchange);
    }

    private static boolean isLook(RequestHead head) {
        return head.target().startsWith(PATH);
    }

    private static boolean isPutOff(Exchange exchange) {
        return exchange.request().method().equals(HttpMethod.POST)
                && prefersLater(exchange.request().headers().getAll("prefer"));
    }

    private static boolean prefersLater(List<String> preferences) {
        for (String line : preferences) {
            for (String preference : line.split(",", -1)) {
                if (preference.strip().toLowerCase(Locale.ROOT).equals("respond-async")) {
                    return true;
                }
            }
        }
        return false;
    }

    private void accept(
            Exchange exchange,
            RequestHead head,
            @Nullable RequestBody body,
            Target target,
            String url) {
        String callback = exchange.request().getHeader(CALLBACK);
        String refusal = callback == null ? null : Callbacks.refusal(target, callback);
        if (refusal != null) {
            answer(exchange, new EchelonException(ErrorCode.INVALID_ARGUMENT, refusal));
            return;
        }
        DatabaseRef database = database(target);
        String id = UUID.randomUUID().toString();
        var _ =
                read(body)
                        .thenCompose(
                                bytes ->
                                        invocations.create(
                                                database,
                                                Invocation.begun(
                                                        id,
                                                        exchange.request().method().name(),
                                                        url,
                                                        traces.carried(exchange, head.headers()),
                                                        bytes.length,
                                                        callback,
                                                        clock.instant()),
                                                bytes))
                        .whenComplete(
                                (_, failure) ->
                                        exchange.eventLoop()
                                                .execute(
                                                        () -> {
                                                            if (failure != null) {
                                                                answer(exchange, failure);
                                                            } else {
                                                                expected.accept(database);
                                                                accepted(exchange, id);
                                                            }
                                                        }));
    }

    private static CompletableFuture<byte[]> read(@Nullable RequestBody body) {
        if (body == null) {
            return CompletableFuture.completedFuture(new byte[0]);
        }
        Duration limit = body.timeLimit();
        return read(body, new ByteArrayOutputStream())
                .orTimeout(limit.toMillis(), TimeUnit.MILLISECONDS)
                .exceptionallyCompose(
                        failure ->
                                CompletableFuture.failedFuture(
                                        failure instanceof TimeoutException
                                                ? RequestBody.tooSlow(limit)
                                                : failure));
    }

    private static CompletableFuture<byte[]> read(
            RequestBody body, ByteArrayOutputStream gathered) {
        return body.read()
                .toCompletableFuture()
                .thenCompose(
                        piece -> {
                            if (piece == null) {
                                return CompletableFuture.completedFuture(gathered.toByteArray());
                            }
                            if (gathered.size() + piece.length > Invocations.BODY_MAX_BYTES) {
                                throw new EchelonException(
                                        ErrorCode.PAYLOAD_TOO_LARGE,
                                        "The body of a request that is answered later may have %,d bytes; send it without prefer: respond-async"
                                                .formatted(Invocations.BODY_MAX_BYTES));
                            }
                            gathered.writeBytes(piece);
                            return read(body, gathered);
                        });
    }

    private static void accepted(Exchange exchange, String id) {
        if (exchange.isOver()) {
            exchange.answeredDirectly(0);
            return;
        }
        HttpServerResponse response = exchange.request().response();
        response.headers().set("location", PATH + id);
        response.headers().set("preference-applied", "respond-async");
        send(exchange, 202, Json.bytes(Map.of("id", id, "location", PATH + id)));
    }

    private void look(Exchange exchange, RequestHead head, Target target, HttpMethod method) {
        String rest = head.target().substring(PATH.length());
        int query = rest.indexOf('?');
        String path = query < 0 ? rest : rest.substring(0, query);
        boolean isResponse = path.endsWith(RESPONSE);
        String id = isResponse ? path.substring(0, path.length() - RESPONSE.length()) : path;
        DatabaseRef database = database(target);
        CompletableFuture<Runnable> answer;
        if (method.equals(HttpMethod.GET) && isResponse) {
            answer =
                    find(database, id)
                            .thenCombine(
                                    invocations.body(database, Invocations.Part.RESPONSE, id),
                                    (found, body) -> () -> replay(exchange, found, body));
        } else if (method.equals(HttpMethod.GET)) {
            answer = find(database, id).thenApply(found -> () -> send(exchange, 200, view(found)));
        } else if (method.equals(HttpMethod.DELETE) && !isResponse) {
            answer =
                    cancel(database, id).thenApply(found -> () -> send(exchange, 200, view(found)));
        } else {
            answer =
                    CompletableFuture.failedFuture(
                            new EchelonException(
                                    ErrorCode.METHOD_NOT_ALLOWED,
                                    "An invocation is looked at by GET and canceled by DELETE"));
        }
        var _ =
                answer.whenComplete(
                        (done, failure) ->
                                exchange.eventLoop()
                                        .execute(
                                                () -> {
                                                    if (exchange.isOver()) {
                                                        exchange.answeredDirectly(0);
                                                    } else if (failure != null) {
                                                        answer(exchange, failure);
                                                    } else {
                                                        done.run();
                                                    }
                                                }));
    }

    private CompletableFuture<Invocation> find(DatabaseRef database, String id) {
        return invocations
                .find(database, id)
                .thenApply(
                        found ->
                                found.orElseThrow(
                                        () ->
                                                new EchelonException(
                                                        ErrorCode.NOT_FOUND,
                                                        "There is no such invocation; they are kept for a day")));
    }

    private CompletableFuture<Invocation> cancel(DatabaseRef database, String id) {
        return find(database, id)
                .thenCompose(
                        found ->
                                invocations.end(
                                        database,
                                        found.ended(
                                                Invocation.State.CANCELED,
                                                found.attempts(),
                                                clock.instant(),
                                                null,
                                                List.of(),
                                                0,
                                                null),
                                        new byte[0]))
                .thenCompose(_ -> find(database, id));
    }

    private static byte[] view(Invocation found) {
        Map<String, Object> view = new java.util.LinkedHashMap<>();
        view.put("id", found.id());
        view.put("state", found.state().name().toLowerCase(Locale.ROOT));
        view.put("createdAt", found.createdAt());
        view.put("endedAt", found.endedAt());
        view.put("attempts", found.attempts());
        view.put("status", found.status());
        view.put("bytes", found.responseBytes());
        view.put("detail", found.detail());
        view.put("response", PATH + found.id() + RESPONSE);
        return Json.bytes(view);
    }

    /** Answers as the function did. */
    private static void replay(Exchange exchange, Invocation found, byte[] body) {
        Integer status = found.status();
        if (status == null) {
            answer(
                    exchange,
                    new EchelonException(
                            ErrorCode.CONFLICT,
                            "The invocation is %s and has no response"
                                    .formatted(found.state().name().toLowerCase(Locale.ROOT))));
            return;
        }
        HttpServerResponse response = exchange.request().response();
        List<String> headers = found.responseHeaders();
        if (HeaderRules.refusal(headers.toArray(String[]::new)) == null) {
            for (int i = 0; i + 1 < headers.size(); i += 2) {
                String name = HeaderRules.lowerCase(headers.get(i));
                if (!name.equals("content-length")
                        && !HeaderRules.isOfOneConnection(name)
                        && !HeaderRules.isOurs(name)) {
                    response.headers().add(name, headers.get(i + 1));
                }
            }
        }
        exchange.setOwnHeaders(null, 0, 0);
        response.setStatusCode(status);
        exchange.answeredDirectly(body.length);
        exchange.finish(Buffer.buffer(body));
    }

    private static void send(Exchange exchange, int status, byte[] json) {
        HttpServerResponse response = exchange.request().response();
        response.setStatusCode(status);
        exchange.setOwnHeaders(null, 0, 0);
        response.headers().set(OwnHeaders.CONTENT_TYPE, OwnHeaders.JSON);
        exchange.answeredDirectly(json.length);
        exchange.finish(Buffer.buffer(json));
    }

    private static void answer(Exchange exchange, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        if (cause instanceof EchelonException refusal) {
            exchange.refuse(refusal.code(), refusal.reason(), null);
        } else {
            LOG.error("A request that is answered later failed", cause);
            exchange.refuse(
                    ErrorCode.INTERNAL, "An internal error happened; the node's log has it", null);
        }
    }

    private static DatabaseRef database(Target target) {
        return Invocations.database(target.revision().tenant(), target.revision().app());
    }
}
