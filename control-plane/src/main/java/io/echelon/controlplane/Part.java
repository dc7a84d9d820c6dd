package io.echelon.controlplane;

import io.echelon.kvstore.KvLimits;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A part of a list that is read whole, in the order of the names of its items.
 *
 * @param cursor where the next part begins; null when there is none
 */
record Part<T>(List<T> items, @Nullable String cursor) {
    /**
     * @param name of an item, which no other one has
     * @param limit of the items, as it came; null is 100
     * @param cursor of the part before, as it came; null is the first part
     */
    static <T> Part<T> of(
            List<T> all,
            Function<T, String> name,
            @Nullable String limit,
            @Nullable String cursor) {
        int most =
                Query.integer(
                        "limit", limit, 1, KvLimits.READ_ENTRIES_MAX, KvLimits.LIST_BATCH_DEFAULT);
        String after = cursor == null ? null : decoded(cursor);
        List<T> left =
                all.stream()
                        .filter(item -> after == null || name.apply(item).compareTo(after) > 0)
                        .sorted(Comparator.comparing(name))
                        .limit(most + 1L)
                        .toList();
        return left.size() <= most
                ? new Part<>(left, null)
                : new Part<>(left.subList(0, most), encoded(name.apply(left.get(most - 1))));
    }

    /** A cursor that says where a list goes on. */
    static String encoded(String name) {
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(name.getBytes(StandardCharsets.UTF_8));
    }

    /** What a cursor says; refuses what is none. */
    static String decoded(String cursor) {
        try {
            return new String(Base64.getUrlDecoder().decode(cursor), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new EchelonException(
                    ErrorCode.INVALID_ARGUMENT,
                    "cursor is none that a list told; leave it out to begin again",
                    e);
        }
    }
}
