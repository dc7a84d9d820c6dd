package io.echelon.edgeruntime;

import io.echelon.isolatepool.IsolatePool;
import io.echelon.isolatepool.PoolStatistics;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.ToDoubleFunction;

/** What is measured of the node as a whole; docs/metrics.md has the names. */
final class NodeMetrics {
    private NodeMetrics() {}

    static void register(MeterRegistry registry, IsolatePool pool, Traffic traffic) {
        gauge(registry, pool, "echelon.node.isolates.idle", statistics -> statistics.idle());
        gauge(registry, pool, "echelon.node.isolates.busy", statistics -> statistics.busy());
        gauge(registry, pool, "echelon.node.calls.waiting", statistics -> statistics.waiting());
        gauge(
                registry,
                pool,
                "echelon.node.heap.used",
                statistics -> (double) statistics.heapUsedBytes());
        gauge(
                registry,
                pool,
                "echelon.node.heap.max",
                statistics -> (double) statistics.heapMaxBytes());
        counter(
                registry,
                pool,
                "echelon.node.isolates.created",
                statistics -> (double) statistics.created());
        counter(
                registry,
                pool,
                "echelon.node.isolates.killed",
                statistics -> (double) statistics.killed());
        Gauge.builder("echelon.node.connections", traffic.connections(), AtomicInteger::get)
                .register(registry);
        Gauge.builder("echelon.node.revisions", pool, p -> p.revisionStatistics().size())
                .register(registry);
    }

    private static void gauge(
            MeterRegistry registry,
            IsolatePool pool,
            String name,
            ToDoubleFunction<PoolStatistics> value) {
        Gauge.builder(name, pool, p -> value.applyAsDouble(p.statistics())).register(registry);
    }

    private static void counter(
            MeterRegistry registry,
            IsolatePool pool,
            String name,
            ToDoubleFunction<PoolStatistics> value) {
        FunctionCounter.builder(name, pool, p -> value.applyAsDouble(p.statistics()))
                .register(registry);
    }
}
