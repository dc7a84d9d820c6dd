package io.echelon.edgeruntime;

import io.echelon.isolatepool.CallReport;
import io.echelon.isolatepool.IsolateKind;
import io.echelon.tenants.AppName;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.TenantName;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** What is counted of one app; docs/metrics.md has the names. */
final class AppMetrics {
    private final MeterRegistry registry;
    private final Tags tags;
    private final Map<Outcome, Counter> outcomes = new EnumMap<>(Outcome.class);
    private final Map<IsolateKind, Counter> isolates = new EnumMap<>(IsolateKind.class);
    private final Map<MessageEnd, Counter> messages = new EnumMap<>(MessageEnd.class);
    private final Timer duration;
    private final Timer cpu;
    private final Timer queue;
    private final DistributionSummary memoryPeak;
    private final Counter assets;

    /** What became of a message that was taken from a queue. */
    enum MessageEnd {
        ACKNOWLEDGED,
        RETRIED,
        GIVEN_UP,
        PUT_OFF
    }

    AppMetrics(MeterRegistry registry, TenantName tenant, AppName app) {
        this.registry = registry;
        this.tags = Tags.of("tenant", tenant.value(), "app", app.value());
        for (Outcome outcome : Outcome.values()) {
            outcomes.put(
                    outcome,
                    registry.counter("echelon.requests", tags.and("outcome", outcome.wireName())));
        }
        for (IsolateKind kind : IsolateKind.values()) {
            isolates.put(
                    kind,
                    registry.counter("echelon.isolate.leases", tags.and("kind", kind.wireName())));
        }
        for (MessageEnd end : MessageEnd.values()) {
            messages.put(
                    end,
                    registry.counter(
                            "echelon.queue.messages",
                            tags.and("end", end.name().toLowerCase(Locale.ROOT))));
        }
        duration = registry.timer("echelon.request.duration", tags);
        cpu = registry.timer("echelon.request.cpu", tags);
        queue = registry.timer("echelon.request.queue", tags);
        memoryPeak =
                DistributionSummary.builder("echelon.request.memory.peak")
                        .baseUnit("bytes")
                        .tags(tags)
                        .register(registry);
        assets = registry.counter("echelon.asset.requests", tags);
    }

    /** Counts a call that reached the pool. */
    void called(CallReport report) {
        count(report.outcome());
        IsolateKind kind = report.isolate();
        if (kind != null) {
            increment(isolates.get(kind));
            cpu.record(report.cpuNanos(), TimeUnit.NANOSECONDS);
            queue.record(report.queueNanos(), TimeUnit.NANOSECONDS);
            if (report.peakMemoryBytes() > 0) {
                memoryPeak.record((double) report.peakMemoryBytes());
            }
        }
        duration.record(report.wallNanos(), TimeUnit.NANOSECONDS);
    }

    /** Counts a request that was refused before it reached the pool. */
    void count(Outcome outcome) {
        increment(outcomes.get(outcome));
    }

    /** Counts a message. */
    void message(MessageEnd end) {
        increment(messages.get(end));
    }

    /** Counts a file that was answered without an isolate. */
    void asset() {
        assets.increment();
    }

    /** What is measured of a queue that the app takes from; the caller closes it. */
    QueueGauges gauges(DatabaseRef queue) {
        return new QueueGauges(registry, tags.and("queue", queue.database()));
    }

    private static void increment(@org.jspecify.annotations.Nullable Counter counter) {
        if (counter != null) {
            counter.increment();
        }
    }
}
