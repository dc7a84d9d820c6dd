package io.echelon.kvstore;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * A queue message of an atomic write.
 *
 * @param payload in V8's structured-clone format
 * @param due when it may be delivered; a past moment is at once
 * @param undeliveredKeys where the payload is written when no delivery succeeded, at most {@link
 *     KvLimits#QUEUE_UNDELIVERED_KEYS_MAX}
 * @param backoff waits before each further delivery, at most {@link
 *     KvLimits#QUEUE_BACKOFF_STEPS_MAX} of at most {@link KvLimits#QUEUE_BACKOFF_MAX_MS}
 */
public record Enqueue(
        KvValue.V8 payload, Instant due, List<KvKey> undeliveredKeys, List<Duration> backoff) {
    public Enqueue {
        undeliveredKeys = List.copyOf(undeliveredKeys);
        backoff = List.copyOf(backoff);
        Refusals.atMost(
                "The number of keys for an undelivered message",
                undeliveredKeys.size(),
                KvLimits.QUEUE_UNDELIVERED_KEYS_MAX);
        Refusals.atMost(
                "The number of backoff steps", backoff.size(), KvLimits.QUEUE_BACKOFF_STEPS_MAX);
        for (KvKey key : undeliveredKeys) {
            Refusals.size("A key", key.sizeBytes(), KvLimits.KEY_MAX_BYTES);
        }
        for (Duration step : backoff) {
            if (step.isNegative() || step.toMillis() > KvLimits.QUEUE_BACKOFF_MAX_MS) {
                throw Refusals.invalid(
                        "A backoff step is %,d ms; it must be from 0 to %,d"
                                .formatted(step.toMillis(), KvLimits.QUEUE_BACKOFF_MAX_MS));
            }
        }
    }
}
