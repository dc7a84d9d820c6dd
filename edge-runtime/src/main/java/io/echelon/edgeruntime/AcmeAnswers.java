package io.echelon.edgeruntime;

import io.echelon.tenants.ErrorCode;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;

/**
 * What certificate authorities find at hosts of tenants' own (HTTP-01, RFC 8555 section 8.3).
 * Anybody can ask as they do, so only what can be a token is looked up, and of each host a few at a
 * time.
 *
 * <p><b>Thread safety.</b> Called from every event loop at once; does not block.
 */
final class AcmeAnswers {
    /** More than any authority asks for at the same time, from all over the world. */
    static final int UNDER_WAY_MAX = 32;

    private static final String PATH = "/.well-known/acme-challenge/";
    private static final Pattern TOKEN = Pattern.compile("[A-Za-z0-9_-]{1,128}");

    private final AcmeChallenges challenges;
    private final Map<String, Integer> underWay = new ConcurrentHashMap<>();

    AcmeAnswers(AcmeChallenges challenges) {
        this.challenges = challenges;
    }

    /**
     * Answers what a certificate authority asks for at a host that gets its certificate from one.
     */
    boolean answer(Exchange exchange, RequestHead head, CustomDomain domain) {
        if (domain.challenges() != CustomDomain.Challenges.PLATFORM
                || !head.target().startsWith(PATH)
                || !HttpMethod.GET.equals(exchange.request().method())) {
            return false;
        }
        String token = head.target().substring(PATH.length());
        if (!TOKEN.matcher(token).matches()) {
            answered(exchange, Optional.empty());
        } else if (underWay.merge(domain.host(), 1, Integer::sum) > UNDER_WAY_MAX) {
            ended(domain.host());
            exchange.refuse(
                    ErrorCode.OVERLOADED,
                    "%d look-ups for certificate authorities are under way at %s, the most that are allowed; try again"
                            .formatted(UNDER_WAY_MAX, domain.host()),
                    null);
        } else {
            lookUp(exchange, domain.host(), token);
        }
        return true;
    }

    private void lookUp(Exchange exchange, String host, String token) {
        var _ =
                find(host, token)
                        .whenComplete(
                                (text, failure) -> {
                                    ended(host);
                                    exchange.eventLoop()
                                            .execute(
                                                    failure == null
                                                            ? () -> answered(exchange, text)
                                                            : () -> unavailable(exchange));
                                });
    }

    private CompletionStage<Optional<String>> find(String host, String token) {
        try {
            return challenges.find(host, token);
        } catch (RuntimeException storeIsClosing) {
            return CompletableFuture.failedFuture(storeIsClosing);
        }
    }

    private void ended(String host) {
        underWay.computeIfPresent(host, (_, count) -> count == 1 ? null : count - 1);
    }

    private static void unavailable(Exchange exchange) {
        exchange.refuse(ErrorCode.UNAVAILABLE, "The store does not answer now; try again", null);
    }

    private static void answered(Exchange exchange, Optional<String> text) {
        if (exchange.isOver()) {
            exchange.answeredDirectly(0);
        } else if (text.isEmpty()) {
            exchange.refuse(
                    ErrorCode.NOT_FOUND, "No certificate authority was told to look here", null);
        } else {
            Buffer body = Buffer.buffer(text.get());
            MultiMap headers = exchange.request().response().headers();
            headers.set(OwnHeaders.CONTENT_TYPE, "text/plain");
            headers.set(OwnHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
            exchange.setOwnHeaders(null, 0, 0);
            exchange.answeredDirectly(body.length());
            exchange.finish(body);
        }
    }
}
