package io.echelon.cron;

import java.time.Instant;

/**
 * A node that fires crons, as every node sees it.
 *
 * @param id the node's
 * @param since when it began to, by its own clock
 */
public record FiringNode(String id, Instant since) {}
