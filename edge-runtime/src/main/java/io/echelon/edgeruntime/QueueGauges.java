package io.echelon.edgeruntime;

import io.echelon.kvstore.QueueCounts;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * How many messages a queue has and how long the oldest waits, as they were measured last.
 *
 * <p><b>Lifecycle.</b> Its meters are registered until {@link #close}.
 */
final class QueueGauges implements AutoCloseable {
    private final MeterRegistry registry;
    private final List<Meter> meters;
    private volatile QueueCounts counts = new QueueCounts(0, 0, 0, null);
    private volatile double oldestSeconds;

    QueueGauges(MeterRegistry registry, Tags tags) {
        this.registry = registry;
        this.meters =
                List.of(
                        depth("waiting", tags).register(registry),
                        depth("delivering", tags).register(registry),
                        depth("dead", tags).register(registry),
                        Gauge.builder("echelon.queue.oldest.age", this, one -> one.oldestSeconds)
                                .baseUnit("seconds")
                                .tags(tags)
                                .register(registry));
    }

    private Gauge.Builder<QueueGauges> depth(String state, Tags tags) {
        return Gauge.builder("echelon.queue.depth", this, one -> one.count(state))
                .tags(tags)
                .tag("state", state);
    }

    private double count(String state) {
        QueueCounts now = counts;
        return switch (state) {
            case "waiting" -> now.waiting();
            case "delivering" -> now.claimed();
            default -> now.dead();
        };
    }

    void measured(QueueCounts now, Instant at) {
        counts = now;
        Instant oldest = now.oldestDue();
        oldestSeconds =
                oldest == null || oldest.isAfter(at)
                        ? 0
                        : Duration.between(oldest, at).toMillis() / 1000.0;
    }

    /** Whether it was empty when it was measured. */
    boolean wasEmpty() {
        QueueCounts now = counts;
        return now.waiting() + now.claimed() == 0;
    }

    @Override
    public void close() {
        meters.forEach(registry::remove);
    }
}
