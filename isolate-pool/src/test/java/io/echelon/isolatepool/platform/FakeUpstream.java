package io.echelon.isolatepool.platform;

import io.echelon.isolatepool.GuestError;
import io.echelon.isolatepool.GuestIdentity;
import io.echelon.isolatepool.HostBinding;
import io.echelon.isolatepool.HostSession;
import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.jspecify.annotations.Nullable;

/** The binding {@code fetch} without a network: the path says what the answer is. */
final class FakeUpstream implements HostBinding {
    private final Queue<String> cancelled = new ConcurrentLinkedQueue<>();

    /** What was broken off, as {@code method url}. */
    Queue<String> cancelled() {
        return cancelled;
    }

    @Override
    public String name() {
        return "fetch";
    }

    @Override
    public HostSession open(GuestIdentity guest) {
        return new Session();
    }

    private static final class Exchange {
        final ByteArrayOutputStream sent = new ByteArrayOutputStream();
        final CompletableFuture<Void> complete = new CompletableFuture<>();
        final Queue<byte[]> answer = new ArrayDeque<>();
        String what = "";
        boolean endless;
    }

    private final class Session implements HostSession {
        private final Map<Integer, Exchange> exchanges = new HashMap<>();
        private int lastRid;

        @Override
        public CompletionStage<@Nullable Object> start(
                String operation, @Nullable Object[] arguments) {
            return switch (operation) {
                case "begin" -> done(add(new Exchange()));
                case "open" -> begin(arguments);
                case "write" -> {
                    exchange(arguments[0]).sent.writeBytes((byte[]) bytes(arguments[1]));
                    yield done(null);
                }
                case "finish" -> {
                    exchange(arguments[0]).complete.complete(null);
                    yield done(null);
                }
                case "read" -> read(exchange(arguments[0]));
                case "cancel" -> {
                    Exchange gone = exchanges.remove((Integer) arguments[0]);
                    if (gone != null) {
                        cancelled.add(gone.what);
                    }
                    yield done(null);
                }
                default -> throw new GuestError("TypeError", "no operation " + operation);
            };
        }

        private Object bytes(@Nullable Object value) {
            return value == null ? new byte[0] : value;
        }

        private Integer add(Exchange exchange) {
            exchanges.put(++lastRid, exchange);
            return lastRid;
        }

        private Exchange exchange(@Nullable Object rid) {
            Exchange exchange = exchanges.get((Integer) rid);
            if (exchange == null) {
                throw new GuestError("TypeError", "no exchange " + rid);
            }
            return exchange;
        }

        private CompletionStage<@Nullable Object> read(Exchange exchange) {
            if (exchange.endless) {
                return done("again and again ".getBytes(StandardCharsets.UTF_8));
            }
            return done(exchange.answer.poll());
        }

        private CompletionStage<@Nullable Object> begin(@Nullable Object[] arguments) {
            Integer rid;
            Exchange exchange;
            if (arguments.length > 4) {
                rid = (Integer) arguments[4];
                exchange = exchange(rid);
            } else {
                exchange = new Exchange();
                exchange.sent.writeBytes((byte[]) bytes(arguments[3]));
                exchange.complete.complete(null);
                rid = add(exchange);
            }
            exchange.what = arguments[0] + " " + arguments[1];
            Object[] headers = (Object[]) arguments[2];
            return exchange.complete.thenApply(
                    _ ->
                            answer(
                                    rid,
                                    exchange,
                                    String.valueOf(arguments[0]),
                                    URI.create(String.valueOf(arguments[1])),
                                    headers == null ? new Object[0] : headers));
        }

        private @Nullable Object answer(
                Integer rid, Exchange exchange, String method, URI url, Object[] headers) {
            String path = url.getPath();
            List<String> words = Arrays.asList(path.split("/"));
            return switch (words.size() > 1 ? words.get(1) : "") {
                case "echo" -> {
                    String head = method + " " + url + "\n" + headerLines(headers) + "\n";
                    exchange.answer.add(head.getBytes(StandardCharsets.UTF_8));
                    if (exchange.sent.size() > 0) {
                        exchange.answer.add(exchange.sent.toByteArray());
                    }
                    yield head(200, rid, "content-type", "text/plain");
                }
                case "redirect" ->
                        head(Integer.parseInt(words.get(2)), rid, "location", url.getQuery());
                case "loop" -> head(302, rid, "location", "/loop");
                case "pieces" -> {
                    for (String piece : words.subList(2, words.size())) {
                        exchange.answer.add(piece.getBytes(StandardCharsets.UTF_8));
                    }
                    yield head(200, rid, "set-cookie", "a=1", "set-cookie", "b=2");
                }
                case "endless" -> {
                    exchange.endless = true;
                    yield head(200, rid);
                }
                case "empty" -> head(204, rid);
                case "denied" ->
                        throw new GuestError(
                                "PermissionDenied",
                                "net access to " + url.getHost() + " is not in permissions.net");
                default -> throw new GuestError("TypeError", "error sending request for " + url);
            };
        }

        private static String headerLines(Object[] headers) {
            StringBuilder lines = new StringBuilder();
            for (int i = 0; i < headers.length; i += 2) {
                lines.append(headers[i]).append(": ").append(headers[i + 1]).append('\n');
            }
            return lines.toString();
        }

        private static Object head(int status, Integer rid, Object... headers) {
            return new Object[] {status, "Fine", headers, rid, "1.1"};
        }

        private static CompletionStage<@Nullable Object> done(@Nullable Object value) {
            return CompletableFuture.completedFuture(value);
        }

        @Override
        public void close() {
            exchanges.clear();
        }
    }
}
