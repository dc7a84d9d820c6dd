package io.echelon.tenants;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a function's handler {@code queue} takes the messages of a queue. What is null has its
 * default.
 *
 * @param queue the queue's database
 * @param maxBatchSize messages of one call, 1 to {@link Limits#QUEUE_BATCH_MAX}; 10
 * @param maxBatchWaitMs how long a batch that is not full waits for more, 0 to {@link
 *     Limits#QUEUE_BATCH_WAIT_MS_MAX}; 0
 * @param maxConcurrency calls under way on one node, 1 to {@link Limits#QUEUE_CONCURRENCY_MAX}; 8
 * @param maxRetries how often a message that failed is tried again, 0 to {@link
 *     Limits#QUEUE_RETRIES_MAX}; 3
 * @param retryDelayMs how long it waits before that, 0 to {@link Limits#QUEUE_RETRY_DELAY_MS_MAX};
 *     1,000
 * @param deadLetterQueue where a message goes that failed for good; null keeps it among the dead of
 *     its own queue
 */
public record QueueConsumption(
        String queue,
        @Nullable Integer maxBatchSize,
        @Nullable Integer maxBatchWaitMs,
        @Nullable Integer maxConcurrency,
        @Nullable Integer maxRetries,
        @Nullable Integer retryDelayMs,
        @Nullable String deadLetterQueue) {
    public QueueConsumption {
        checkName(queue);
        check("maxBatchSize", maxBatchSize, 1, Limits.QUEUE_BATCH_MAX);
        check("maxBatchWaitMs", maxBatchWaitMs, 0, Limits.QUEUE_BATCH_WAIT_MS_MAX);
        check("maxConcurrency", maxConcurrency, 1, Limits.QUEUE_CONCURRENCY_MAX);
        check("maxRetries", maxRetries, 0, Limits.QUEUE_RETRIES_MAX);
        check("retryDelayMs", retryDelayMs, 0, Limits.QUEUE_RETRY_DELAY_MS_MAX);
        if (deadLetterQueue != null) {
            checkName(deadLetterQueue);
            if (deadLetterQueue.equals(queue)) {
                throw new EchelonException(
                        ErrorCode.INVALID_CONFIGURATION,
                        "Queue \"%s\" is its own deadLetterQueue; name another, or none"
                                .formatted(queue));
            }
        }
    }

    /** A queue that is taken from by the defaults. */
    public QueueConsumption(String queue) {
        this(queue, null, null, null, null, null, null);
    }

    public int batchSize() {
        return orElse(maxBatchSize, 10);
    }

    public Duration batchWait() {
        return Duration.ofMillis(orElse(maxBatchWaitMs, 0));
    }

    public int concurrency() {
        return orElse(maxConcurrency, 8);
    }

    public int retries() {
        return orElse(maxRetries, 3);
    }

    public Duration retryDelay() {
        return Duration.ofMillis(orElse(retryDelayMs, 1_000));
    }

    static void checkName(String queue) {
        if (!DatabaseRef.isName(queue)) {
            throw new EchelonException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "A queue's name must be 1 to %d characters, begin with a-z or 0-9, and may go on with these, hyphens and underscores"
                            .formatted(Limits.DATABASE_NAME_MAX_CHARS));
        }
    }

    private static void check(String name, @Nullable Integer value, int min, int max) {
        if (value != null) {
            Checks.range(name, value, min, max);
        }
    }

    private static int orElse(@Nullable Integer value, int otherwise) {
        return value == null ? otherwise : value;
    }
}
