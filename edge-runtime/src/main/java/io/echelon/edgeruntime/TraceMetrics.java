package io.echelon.edgeruntime;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

/** What is counted of traces; docs/metrics.md has the names. */
final class TraceMetrics {
    private final Counter recorded;
    private final Counter exported;
    private final Counter beyondLimit;
    private final Counter notStored;
    private final Counter notExported;

    TraceMetrics(MeterRegistry registry) {
        recorded = registry.counter("echelon.traces.recorded");
        exported = registry.counter("echelon.traces.spans.exported");
        beyondLimit = dropped(registry, "limit");
        notStored = dropped(registry, "store");
        notExported = dropped(registry, "export");
    }

    /** Counts for nobody. */
    static TraceMetrics unseen() {
        return new TraceMetrics(new SimpleMeterRegistry());
    }

    /** A call was recorded, with so many spans less than it had. */
    void recorded(int withoutRoom) {
        recorded.increment();
        beyondLimit.increment(withoutRoom);
    }

    void exported(int spans) {
        exported.increment(spans);
    }

    void notStored(int spans) {
        notStored.increment(spans);
    }

    void notExported(int spans) {
        notExported.increment(spans);
    }

    private static Counter dropped(MeterRegistry registry, String where) {
        return registry.counter("echelon.traces.spans.dropped", "where", where);
    }
}
