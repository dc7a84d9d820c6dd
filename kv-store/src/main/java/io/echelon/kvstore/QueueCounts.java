package io.echelon.kvstore;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How many messages a database has, {@link KvQueue#COUNT_MAX} at most being counted.
 *
 * @param waiting due, or to become due
 * @param claimed being delivered
 * @param dead given up
 * @param oldestDue when the first that waits is due; null when none waits
 */
public record QueueCounts(int waiting, int claimed, int dead, @Nullable Instant oldestDue) {}
