package io.echelon.kvstore;

import org.jspecify.annotations.Nullable;

/**
 * How a page of a list is read.
 *
 * @param limit most entries of the page, 1 to {@link KvLimits#READ_ENTRIES_MAX}
 * @param cursor where an earlier page of the same selector and order ended, or null for the first
 */
public record ListOptions(
        int limit, Order order, Consistency consistency, @Nullable String cursor) {
    /** The first page, forward, with strong consistency. */
    public static final ListOptions DEFAULT =
            new ListOptions(KvLimits.LIST_BATCH_DEFAULT, Order.FORWARD, Consistency.STRONG, null);

    public ListOptions {
        if (limit < 1 || limit > KvLimits.READ_ENTRIES_MAX) {
            throw Refusals.invalid(
                    "The limit of a list is %,d; it must be from 1 to %,d"
                            .formatted(limit, KvLimits.READ_ENTRIES_MAX));
        }
    }

    public ListOptions withLimit(int newLimit) {
        return new ListOptions(newLimit, order, consistency, cursor);
    }

    public ListOptions withOrder(Order newOrder) {
        return new ListOptions(limit, newOrder, consistency, cursor);
    }

    public ListOptions withConsistency(Consistency newConsistency) {
        return new ListOptions(limit, order, newConsistency, cursor);
    }

    public ListOptions withCursor(String newCursor) {
        return new ListOptions(limit, order, consistency, newCursor);
    }
}
