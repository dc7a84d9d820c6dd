package io.echelon.kvstore;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * The messages of a database, from the side that delivers them: a message that is due is claimed
 * under a lease, and the claim ends by a {@link QueueSettlement}. A claim whose lease ran out makes
 * its message due again, so a message is delivered at least once.
 *
 * <p>Every change is a commit of the store, and times are those of the store's clock (the leader's
 * where there are several).
 *
 * <p>A message whose deliveries failed as often as it may be tried is written under its keys for
 * undelivered messages in the commit that takes it away; one that has no such keys is kept among
 * the dead until it is redriven or purged.
 *
 * <p>Lifecycle, failure and thread safety are those of {@link KvDatabase}.
 */
public interface KvQueue {
    /** Messages of one claim, at most. */
    int CLAIM_MAX = 256;

    /** Payloads of one claim together, unless its first message alone is larger. */
    int CLAIM_MAX_BYTES = 512 * 1024;

    /** Length of a lease, at most. */
    Duration LEASE_MAX = Duration.ofHours(1);

    /** Settlements of one call, at most. */
    int SETTLEMENTS_MAX = 1_000;

    /** Messages of one look, at most. */
    int PEEK_MAX = 100;

    /** Messages that {@link #counts} counts, at most. */
    int COUNT_MAX = 100_000;

    /** Leases of one message that may run out before it counts as undeliverable. */
    int LAPSES_MAX = 10;

    /** Which messages a look or a purge is about. */
    enum Part {
        /** Those that are due, will be, or are claimed. */
        LIVE,
        /** Those that could not be delivered. */
        DEAD
    }

    /** When the next message is due, or the lease of a claimed one runs out; empty for neither. */
    CompletableFuture<Optional<Instant>> nextDue();

    /**
     * Claims messages that are due, in the order in which they are.
     *
     * @param limit most messages, 1 to {@link #CLAIM_MAX}
     * @param lease how long nobody else gets them, more than none and at most {@link #LEASE_MAX}
     * @return fewer than the limit when no more are due, or they are large
     */
    CompletableFuture<List<QueueMessage>> claim(int limit, Duration lease);

    /**
     * Ends or extends claims.
     *
     * @param settlements 1 to {@link #SETTLEMENTS_MAX}
     * @return for each, the receipt that holds from now on; empty when the claim was not held any
     *     more, and nothing was changed
     */
    CompletableFuture<List<Optional<QueueReceipt>>> settle(List<QueueSettlement> settlements);

    /**
     * Calls a listener each time that a message came, or became due earlier than it was; it must
     * not block. What becomes due by itself is known by {@link #nextDue}.
     */
    KvSubscription onChange(Runnable listener);

    /**
     * Looks at messages without claiming them, in the order in which they are due, or died.
     *
     * @param limit 1 to {@link #PEEK_MAX}
     */
    CompletableFuture<List<QueueEntry>> peek(Part part, int limit);

    /** How many messages there are. */
    CompletableFuture<QueueCounts> counts();

    /** Makes dead messages due at once, as if they were new. The number of them. */
    CompletableFuture<Integer> redrive();

    /** Removes messages. The number of them; claimed ones are removed too. */
    CompletableFuture<Integer> purge(Part part);
}
