package io.echelon.edgeruntime;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request that is answered later: what was asked, and what came of it. A row of the database
 * {@code APP--async}, kept for {@link Invocations#KEPT}.
 *
 * @param id unguessable; who knows it may look, and cancel
 * @param headers names and values in turn
 * @param requestBytes size of the request's body
 * @param callback where the end is told; null for nowhere
 * @param attempts calls of the function that have ended
 * @param status the response's; null before the end, and when there was none
 * @param responseHeaders names and values in turn
 * @param detail what went wrong; null when nothing did
 */
record Invocation(
        String id,
        State state,
        String method,
        String url,
        List<String> headers,
        int requestBytes,
        @Nullable String callback,
        Instant createdAt,
        int attempts,
        @Nullable Instant endedAt,
        @Nullable Integer status,
        List<String> responseHeaders,
        int responseBytes,
        @Nullable String detail) {
    /** What it is at. */
    enum State {
        QUEUED,
        DONE,
        FAILED,
        CANCELED
    }

    Invocation {
        headers = List.copyOf(headers);
        responseHeaders = List.copyOf(responseHeaders);
    }

    static Invocation begun(
            String id,
            String method,
            String url,
            String[] headers,
            int requestBytes,
            @Nullable String callback,
            Instant now) {
        List<String> passed = new ArrayList<>();
        for (int i = 0; i + 1 < headers.length; i += 2) {
            if (!headers[i].equals("prefer") && !headers[i].equals("content-length")) {
                passed.add(headers[i]);
                passed.add(headers[i + 1]);
            }
        }
        return new Invocation(
                id,
                State.QUEUED,
                method,
                url,
                passed,
                requestBytes,
                callback,
                now,
                0,
                null,
                null,
                List.of(),
                0,
                null);
    }

    /** The same after a call of the function. */
    Invocation ended(
            State newState,
            int newAttempts,
            Instant now,
            @Nullable Integer newStatus,
            List<String> newHeaders,
            int newBytes,
            @Nullable String newDetail) {
        return new Invocation(
                id,
                newState,
                method,
                url,
                headers,
                requestBytes,
                callback,
                createdAt,
                newAttempts,
                now,
                newStatus,
                newHeaders,
                newBytes,
                newDetail);
    }
}
