package io.echelon.edgeruntime;

import io.echelon.kvstore.files.FileCache;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.LongAdder;

/**
 * What functions on this node found in caches, and what lies here; docs/metrics.md has the names.
 */
final class CacheMetrics {
    private final LongAdder hits = new LongAdder();
    private final LongAdder misses = new LongAdder();

    CacheMetrics(MeterRegistry registry, FileCache entries) {
        Gauge.builder("echelon.cache.used", entries, FileCache::usedBytes)
                .baseUnit("bytes")
                .register(registry);
        counter(registry, "hit", hits);
        counter(registry, "miss", misses);
    }

    private static void counter(MeterRegistry registry, String outcome, LongAdder count) {
        FunctionCounter.builder("echelon.cache.matches", count, LongAdder::sum)
                .tag("outcome", outcome)
                .register(registry);
    }

    /** An entry was looked for. */
    void matched(boolean isFound) {
        (isFound ? hits : misses).increment();
    }
}
