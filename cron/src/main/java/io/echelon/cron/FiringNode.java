package io.echelon.cron;

import java.time.Duration;
import java.time.Instant;

/**
 * A node that fires crons, as every node sees it.
 *
 * @param id the node's
 * @param since when it began to, by its own clock
 */
public record FiringNode(String id, Instant since) {
    /** How long one that was away for a moment has to catch up; it need not get warm. */
    private static final Duration CATCHING_UP = Duration.ofSeconds(10);

    /** One that was away and is back, so that it is given its crons sooner than a new one. */
    public static FiringNode back(String id, Instant at) {
        return new FiringNode(id, at.minus(FirstChoice.SETTLING).plus(CATCHING_UP));
    }

    /** One that does not answer: it comes after all others. */
    public static FiringNode away(String id) {
        return new FiringNode(id, Instant.MAX);
    }
}
