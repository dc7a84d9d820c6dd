package io.echelon.controlplane;

import io.echelon.kvstore.KvLimits;
import io.echelon.tenants.AppName;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import io.echelon.tenants.TraceSummary;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Which traced calls of an app are wanted.
 *
 * @param revision of one revision only; null is all
 * @param outcome that ended so; null is all
 * @param slowerMs that took so many milliseconds at least, 0 to 3,600,000
 * @param requestId of one request only; null is all
 * @param limit most of them, the newest, 1 to 1,000
 * @param after where the page before ended; null is the first page
 */
record TraceSearch(
        TenantName tenant,
        AppName app,
        @Nullable RevisionId revision,
        @Nullable Outcome outcome,
        int slowerMs,
        @Nullable String requestId,
        int limit,
        @Nullable Place after) {
    static final Comparator<TraceSummary> NEWEST_FIRST =
            Comparator.comparing(TraceSummary::start)
                    .thenComparing(TraceSummary::spanId)
                    .reversed();

    private static final int SLOWER_MAX_MS = 3_600_000;
    private static final int REQUEST_ID_MAX_CHARS = 128;

    /** Where a page ends: at the last call of it. */
    record Place(Instant start, String spanId) {
        static Place of(TraceSummary call) {
            return new Place(call.start(), call.spanId());
        }

        String cursor() {
            return Part.encoded(start + " " + spanId);
        }

        static Place read(String cursor) {
            String[] parts = Part.decoded(cursor).split(" ", -1);
            try {
                if (parts.length == 2) {
                    return new Place(Instant.parse(parts[0]), parts[1]);
                }
            } catch (DateTimeException e) {
                // Refused below.
            }
            throw refuse("cursor is none that a list told; leave it out to begin again");
        }

        boolean isBefore(TraceSummary call) {
            int byTime = call.start().compareTo(start);
            return byTime < 0 || (byTime == 0 && call.spanId().compareTo(spanId) < 0);
        }
    }

    /** Reads the parameters of a request, as they came. */
    static TraceSearch of(
            TenantName tenant,
            AppName app,
            @Nullable String revision,
            @Nullable String outcome,
            @Nullable String slowerMs,
            @Nullable String requestId,
            @Nullable String limit,
            @Nullable String cursor) {
        if (requestId != null && requestId.length() > REQUEST_ID_MAX_CHARS) {
            throw refuse(
                    "request is %,d characters; an id has at most %d"
                            .formatted(requestId.length(), REQUEST_ID_MAX_CHARS));
        }
        return new TraceSearch(
                tenant,
                app,
                revision == null
                        ? null
                        : new RevisionId(tenant, app, RevisionId.parseLabel(revision)),
                outcome == null ? null : outcome(outcome),
                Query.integer("slowerMs", slowerMs, 0, SLOWER_MAX_MS, 0),
                requestId,
                Query.integer(
                        "limit", limit, 1, KvLimits.READ_ENTRIES_MAX, KvLimits.LIST_BATCH_DEFAULT),
                cursor == null ? null : Place.read(cursor));
    }

    /** The question for a node, which answers one more than is wanted if there is one. */
    String asNodePath() {
        StringBuilder path = new StringBuilder(nodePath(tenant, app));
        append(path, "limit", Integer.toString(limit + 1));
        if (revision != null) {
            append(path, "rev", revision.label());
        }
        if (outcome != null) {
            append(path, "outcome", outcome.wireName());
        }
        if (slowerMs > 0) {
            append(path, "slower", Integer.toString(slowerMs));
        }
        if (requestId != null) {
            append(path, "request", requestId);
        }
        if (after != null) {
            append(path, "before", after.start().toString());
            append(path, "span", after.spanId());
        }
        return path.toString();
    }

    /** The question for a node's calls of one trace. */
    static String asNodePath(TenantName tenant, AppName app, String traceId) {
        StringBuilder path = new StringBuilder(nodePath(tenant, app));
        append(path, "trace", traceId);
        return path.toString();
    }

    private static String nodePath(TenantName tenant, AppName app) {
        return "/traces?tenant=%s&app=%s".formatted(tenant, app);
    }

    private static void append(StringBuilder path, String name, String value) {
        path.append('&')
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }

    private static Outcome outcome(String text) {
        return Arrays.stream(Outcome.values())
                .filter(outcome -> outcome.wireName().equals(text))
                .findFirst()
                .orElseThrow(
                        () ->
                                refuse(
                                        "outcome is none of "
                                                + Arrays.stream(Outcome.values())
                                                        .map(Outcome::wireName)
                                                        .collect(Collectors.joining(", "))));
    }

    private static EchelonException refuse(String message) {
        return new EchelonException(ErrorCode.INVALID_ARGUMENT, message);
    }
}
