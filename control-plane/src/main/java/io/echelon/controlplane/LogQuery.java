package io.echelon.controlplane;

import io.echelon.tenants.AppName;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.LogLevel;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which lines of a log are wanted.
 *
 * @param revision of one revision only; null is all
 * @param since from then on; null is as far back as nodes keep them
 * @param level the least serious one; null is all
 * @param limit most of the past lines, the newest, 1 to {@link #LIMIT_MAX}
 */
record LogQuery(
        TenantName tenant,
        AppName app,
        @Nullable RevisionId revision,
        @Nullable Instant since,
        @Nullable LogLevel level,
        int limit,
        Mode mode) {
    static final int LIMIT_MAX = 10_000;
    static final int LIMIT_DEFAULT = 1_000;

    /** When the answer ends. */
    enum Mode {
        /** After the past lines. */
        PAST,
        /** When the caller leaves. */
        FOLLOW
    }

    /** The level of a query parameter; null when it is absent or empty. */
    static @Nullable LogLevel level(@Nullable String text) {
        if (text == null || text.isEmpty()) {
            return null;
        }
        return Arrays.stream(LogLevel.values())
                .filter(level -> wireName(level).equals(text))
                .findFirst()
                .orElseThrow(
                        () ->
                                new EchelonException(
                                        ErrorCode.INVALID_ARGUMENT,
                                        "level is none of debug, info, warn, error"));
    }

    /** The query as a node takes it, with another beginning. */
    String asNodeQuery(@Nullable Instant from) {
        StringBuilder query = new StringBuilder();
        append(query, "tenant", tenant.value());
        append(query, "app", app.value());
        if (revision != null) {
            append(query, "rev", revision.label());
        }
        if (from != null) {
            append(query, "since", from.toString());
        }
        if (level != null) {
            append(query, "level", wireName(level));
        }
        append(query, "limit", Integer.toString(limit));
        append(query, "follow", Boolean.toString(mode == Mode.FOLLOW));
        return query.toString();
    }

    private static void append(StringBuilder query, String name, String value) {
        query.append(query.isEmpty() ? "" : "&")
                .append(name)
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }

    private static String wireName(LogLevel level) {
        return level.name().toLowerCase(Locale.ROOT);
    }
}
