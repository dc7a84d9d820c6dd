package io.echelon.edgeruntime;

import io.echelon.cron.Cron;
import io.echelon.cron.CronObserver;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;

/** What is counted of crons, by app; docs/metrics.md has the names. */
final class CronMetrics implements CronObserver {
    private static final Duration[] LATENESS = {
        Duration.ofMillis(10),
        Duration.ofMillis(50),
        Duration.ofMillis(250),
        Duration.ofSeconds(1),
        Duration.ofSeconds(5),
        Duration.ofSeconds(15),
        Duration.ofSeconds(60),
    };

    private final MeterRegistry registry;

    CronMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    @Override
    public void started(Cron cron, Duration lateness) {
        Timer.builder("echelon.cron.lateness")
                .tags(tags(cron))
                .serviceLevelObjectives(LATENESS)
                .register(registry)
                .record(lateness.isNegative() ? Duration.ZERO : lateness);
    }

    @Override
    public void ended(Cron cron, String outcome) {
        registry.counter("echelon.cron.runs", tags(cron).and("outcome", outcome)).increment();
    }

    private static Tags tags(Cron cron) {
        return Tags.of("tenant", cron.id().tenant().value(), "app", cron.id().app().value());
    }
}
