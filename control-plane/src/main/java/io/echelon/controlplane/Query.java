package io.echelon.controlplane;

import io.echelon.kvstore.Consistency;
import io.echelon.kvstore.KvLimits;
import io.echelon.kvstore.ListOptions;
import io.echelon.kvstore.Order;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Query parameters; a refusal names the parameter. */
final class Query {
    private static final Pattern SPAN = Pattern.compile("([0-9]{1,7})([smhd])");

    private Query() {}

    /** A whole number from min to max; the default when it is absent. */
    static int integer(String name, @Nullable String text, int min, int max, int otherwise) {
        if (text == null) {
            return otherwise;
        }
        try {
            int value = Integer.parseInt(text);
            if (value >= min && value <= max) {
                return value;
            }
        } catch (NumberFormatException e) {
            // Said below, as for a number out of bounds.
        }
        throw refuse(
                "%s is \"%s\"; it must be a whole number from %,d to %,d"
                        .formatted(name, abbreviated(text), min, max));
    }

    /** {@code true} or {@code false}; false when it is absent. */
    static boolean flag(String name, @Nullable String text) {
        if (text == null || text.equals("false")) {
            return false;
        }
        if (text.equals("true")) {
            return true;
        }
        throw refuse("%s is \"%s\"; it must be true or false".formatted(name, abbreviated(text)));
    }

    /** A page of a list. */
    static ListOptions page(@Nullable String limit, @Nullable String cursor) {
        return new ListOptions(
                integer("limit", limit, 1, KvLimits.READ_ENTRIES_MAX, KvLimits.LIST_BATCH_DEFAULT),
                Order.FORWARD,
                Consistency.STRONG,
                cursor);
    }

    /** A moment, as ISO 8601 or as a span before now; null when it is absent. */
    static @Nullable Instant since(@Nullable String text, Instant now) {
        return moment("since", text, now);
    }

    /** A moment, as ISO 8601 or as a span before now; null when it is absent. */
    static @Nullable Instant moment(String name, @Nullable String text, Instant now) {
        if (text == null) {
            return null;
        }
        Matcher span = SPAN.matcher(text);
        try {
            return span.matches()
                    ? now.minus(span(Long.parseLong(span.group(1)), span.group(2)))
                    : Instant.parse(text);
        } catch (DateTimeException e) {
            throw refuse(
                    "%s is \"%s\"; it must be a span such as 30s, 15m, 1h or 7d, or a time such as 2026-11-21T02:00:00Z"
                            .formatted(name, abbreviated(text)));
        }
    }

    private static Duration span(long count, String unit) {
        return switch (unit) {
            case "s" -> Duration.ofSeconds(count);
            case "m" -> Duration.ofMinutes(count);
            case "h" -> Duration.ofHours(count);
            default -> Duration.ofDays(count);
        };
    }

    private static String abbreviated(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "…";
    }

    private static EchelonException refuse(String message) {
        return new EchelonException(ErrorCode.INVALID_ARGUMENT, message);
    }
}
