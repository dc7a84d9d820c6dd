package io.echelon.cron;

import java.time.Instant;

/**
 * A run that somebody asked for.
 *
 * @param fire its id
 * @param scheduledTime what the handler is told
 */
public record CronTrigger(CronId cron, String fire, Instant scheduledTime) {}
