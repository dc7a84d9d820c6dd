package io.echelon.kvstore;

import java.time.Instant;

/**
 * A message as someone sees it who only looks.
 *
 * @param id the message's name, 24 hexadecimal digits
 * @param due when it is due, when its lease runs out, or when it died
 * @param sent when it was enqueued
 * @param attempts deliveries that were begun
 */
public record QueueEntry(
        String id, State state, Instant due, Instant sent, int attempts, KvValue.V8 payload) {
    /** What a message is at. */
    public enum State {
        WAITING,
        CLAIMED,
        DEAD
    }
}
