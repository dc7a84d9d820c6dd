package io.echelon.kvstore;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What becomes of a claimed message. */
public sealed interface QueueSettlement {
    QueueReceipt receipt();

    /** It was delivered, and goes. */
    record Ack(QueueReceipt receipt) implements QueueSettlement {}

    /**
     * Its delivery failed: it is due again later, or given up when it was tried as often as it may
     * be.
     *
     * @param delay how long to wait, at most {@link KvLimits#QUEUE_DELAY_MAX_DAYS}; null for what
     *     the message's own backoff says
     */
    record Retry(QueueReceipt receipt, @Nullable Duration delay) implements QueueSettlement {
        public Retry {
            if (delay != null) {
                check("delay", delay, Duration.ofDays(KvLimits.QUEUE_DELAY_MAX_DAYS));
            }
        }
    }

    /** Its delivery failed, and it is due again later however often it was tried. */
    record Again(QueueReceipt receipt, Duration delay) implements QueueSettlement {
        public Again {
            check("delay", delay, Duration.ofDays(KvLimits.QUEUE_DELAY_MAX_DAYS));
        }
    }

    /** Its delivery failed for good: it is given up, whatever its backoff says. */
    record GiveUp(QueueReceipt receipt) implements QueueSettlement {}

    /** It was not tried; it is due again, and nothing is counted. */
    record Release(QueueReceipt receipt, Duration delay) implements QueueSettlement {
        public Release {
            check("delay", delay, Duration.ofDays(KvLimits.QUEUE_DELAY_MAX_DAYS));
        }
    }

    /** Its delivery goes on: the lease lasts so long from now. */
    record Extend(QueueReceipt receipt, Duration lease) implements QueueSettlement {
        public Extend {
            check("lease", lease, KvQueue.LEASE_MAX);
        }
    }

    private static void check(String what, Duration given, Duration most) {
        if (given.isNegative() || given.compareTo(most) > 0) {
            throw Refusals.invalid(
                    "The %s of a message is %,d ms; it must be from 0 to %,d"
                            .formatted(what, given.toMillis(), most.toMillis()));
        }
    }
}
