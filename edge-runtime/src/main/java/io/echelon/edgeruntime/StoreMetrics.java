package io.echelon.edgeruntime;

import io.echelon.kvstore.DatabaseSize;
import io.echelon.kvstore.HeldStore;
import io.echelon.kvstore.StoreStatus;
import io.echelon.tenants.DatabaseRef;
import io.echelon.tenants.TenantName;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * What is measured of the store on a node that has files of it; docs/metrics.md has the names.
 *
 * <p>Lifecycle: registered by {@link #register}; databases are measured until {@link #close}.
 */
final class StoreMetrics implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(StoreMetrics.class);
    private static final long SAME_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long SIZES_SECONDS = 10;

    /** The largest databases, and tenants, that have rows among the metrics. */
    private static final int ROWS_MAX = 100;

    private final HeldStore store;
    private final MultiGauge bytes;
    private final MultiGauge entries;
    private final MultiGauge ofTenants;
    private final Thread measuring;
    private @Nullable List<StoreStatus> last;
    private long lastNanos;

    private StoreMetrics(MeterRegistry registry, HeldStore store) {
        this.store = store;
        this.bytes = MultiGauge.builder("echelon.store.database.bytes").register(registry);
        this.entries = MultiGauge.builder("echelon.store.database.entries").register(registry);
        this.ofTenants = MultiGauge.builder("echelon.store.tenant.bytes").register(registry);
        this.measuring = Thread.ofVirtual().name("echelon-store-sizes").unstarted(this::measure);
    }

    static StoreMetrics register(MeterRegistry registry, HeldStore store) {
        StoreMetrics metrics = new StoreMetrics(registry, store);
        int shards = store.shards().size();
        for (int shard = 0; shard < shards; shard++) {
            metrics.registerShard(registry, shard);
        }
        metrics.measuring.start();
        return metrics;
    }

    private void registerShard(MeterRegistry registry, int shard) {
        gauge(registry, shard, "term", StoreStatus::term);
        gauge(registry, shard, "index.committed", StoreStatus::committed);
        gauge(registry, shard, "index.applied", StoreStatus::applied);
        gauge(registry, shard, "applied.lag", now -> Math.max(0, now.committed() - now.applied()));
        gauge(registry, shard, "log.bytes", StoreStatus::logBytes);
        gauge(registry, shard, "files.bytes", now -> now.files().bytes());
        gauge(registry, shard, "memory.bytes", now -> now.files().memoryBytes());
        gauge(registry, shard, "entries", now -> now.files().entries());
        gauge(registry, shard, "compaction.bytes", now -> now.files().compactionBytes());
        gauge(registry, shard, "compactions", now -> now.files().compactions());
        for (StoreStatus.Role role : StoreStatus.Role.values()) {
            Gauge.builder(
                            "echelon.store.role",
                            this,
                            one -> one.status(shard).role() == role ? 1 : 0)
                    .tag("role", role.name().toLowerCase(Locale.ROOT))
                    .tag("shard", Integer.toString(shard))
                    .register(registry);
        }
    }

    private void gauge(
            MeterRegistry registry, int shard, String name, ToDoubleFunction<StoreStatus> value) {
        Gauge.builder("echelon.store." + name, this, one -> value.applyAsDouble(one.status(shard)))
                .tag("shard", Integer.toString(shard))
                .register(registry);
    }

    /** A shard's status; all are asked for once for all gauges that are read together. */
    private synchronized StoreStatus status(int shard) {
        List<StoreStatus> known = last;
        long now = System.nanoTime();
        if (known == null || now - lastNanos > SAME_NANOS) {
            known = store.shards();
            last = known;
            lastNanos = now;
        }
        return known.get(shard);
    }

    private void measure() {
        try {
            while (true) {
                try {
                    List<DatabaseSize> all = store.sizes();
                    ofTenants.register(tenants(all), true);
                    List<DatabaseSize> sizes =
                            all.stream()
                                    .sorted(
                                            Comparator.comparingLong(DatabaseSize::bytes)
                                                    .reversed())
                                    .limit(ROWS_MAX)
                                    .toList();
                    bytes.register(rows(sizes, DatabaseSize::bytes), true);
                    entries.register(rows(sizes, DatabaseSize::entries), true);
                } catch (RuntimeException e) {
                    LOG.debugf("Databases were not measured: %s", e.getMessage());
                }
                TimeUnit.SECONDS.sleep(SIZES_SECONDS);
            }
        } catch (InterruptedException stopping) {
            Thread.currentThread().interrupt();
        }
    }

    private static List<MultiGauge.Row<?>> rows(
            List<DatabaseSize> sizes, ToLongFunction<DatabaseSize> value) {
        return sizes.stream()
                .<MultiGauge.Row<?>>map(
                        size ->
                                MultiGauge.Row.of(
                                        Tags.of("database", size.name()), value.applyAsLong(size)))
                .toList();
    }

    private static List<MultiGauge.Row<?>> tenants(List<DatabaseSize> sizes) {
        Map<TenantName, Long> sums = new HashMap<>();
        sizes.forEach(
                size ->
                        DatabaseRef.ofStoreName(size.name())
                                .ifPresent(
                                        database ->
                                                sums.merge(
                                                        database.tenant(),
                                                        size.bytes(),
                                                        Long::sum)));
        return sums.entrySet().stream()
                .sorted(Map.Entry.<TenantName, Long>comparingByValue().reversed())
                .limit(ROWS_MAX)
                .<MultiGauge.Row<?>>map(
                        sum ->
                                MultiGauge.Row.of(
                                        Tags.of("tenant", sum.getKey().value()), sum.getValue()))
                .toList();
    }

    @Override
    public void close() {
        measuring.interrupt();
    }
}
