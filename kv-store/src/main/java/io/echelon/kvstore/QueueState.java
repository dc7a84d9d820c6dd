package io.echelon.kvstore;

import java.util.List;

/**
 * What a database's queue has.
 *
 * @param messages those that were asked for, in the order in which they are due, or died
 */
public record QueueState(QueueCounts counts, List<QueueEntry> messages) {
    public QueueState {
        messages = List.copyOf(messages);
    }
}
