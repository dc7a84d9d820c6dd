package io.echelon.controlplane;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.kvstore.QueueCounts;
import io.echelon.kvstore.QueueEntry;
import io.echelon.kvstore.QueueState;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the routes of queues answer. */
public final class QueueViews {
    private QueueViews() {}

    /**
     * A database's queue.
     *
     * @param delivering messages that handlers have
     * @param dead messages that were given up
     * @param oldestDue when the first that waits is, or was, due; left out when none waits
     */
    public record Queue(
            String database,
            int waiting,
            int delivering,
            int dead,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant oldestDue) {
        static Queue of(String database, QueueCounts counts) {
            return new Queue(
                    database,
                    counts.waiting(),
                    counts.claimed(),
                    counts.dead(),
                    counts.oldestDue());
        }
    }

    /**
     * A page of a tenant's queues that have messages, by their databases' names.
     *
     * @param cursor where the next page begins; null when there is none
     */
    public record Queues(List<Queue> queues, @Nullable String cursor) {}

    /**
     * A message.
     *
     * @param state {@code waiting}, {@code delivering} or {@code dead}
     * @param due when it is due, when its lease ends, or when it died
     * @param value JSON with forms for what JSON lacks
     */
    public record Message(
            String id, String state, Instant due, Instant sent, int attempts, JsonNode value) {
        static Message of(QueueEntry entry) {
            return new Message(
                    entry.id(),
                    entry.state() == QueueEntry.State.CLAIMED
                            ? "delivering"
                            : entry.state().name().toLowerCase(Locale.ROOT),
                    entry.due(),
                    entry.sent(),
                    entry.attempts(),
                    KvValueJson.write(entry.payload()));
        }
    }

    /** A queue and its first messages. */
    public record Look(Queue queue, List<Message> messages) {
        static Look of(String database, QueueState state) {
            return new Look(
                    Queue.of(database, state.counts()),
                    state.messages().stream().map(Message::of).toList());
        }
    }

    /** How many messages were redriven or removed. */
    public record Moved(int messages) {}
}
