package io.echelon.controlplane;

import io.echelon.tenants.DomainRecord;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.function.Predicate;

/** When certificates of hosts of apps' own expire; docs/metrics.md has the names. */
@Singleton
final class CertificateMetrics {
    /** One that expires this soon was not renewed in time. */
    private static final Duration SOON = Duration.ofDays(14);

    /** Hosts that have a row of their own among the metrics: those that expire first. */
    private static final int HOSTS_MAX = 100;

    private final InstantSource clock;
    private final MultiGauge hosts;
    private volatile List<Instant> ends = List.of();

    CertificateMetrics(MeterRegistry registry, InstantSource clock) {
        this.clock = clock;
        this.hosts =
                MultiGauge.builder("echelon.domain.certificate.expires.timestamp")
                        .baseUnit("seconds")
                        .register(registry);
        gauge(registry, "expired", left -> !left.isPositive());
        gauge(registry, "expiring", left -> left.isPositive() && left.compareTo(SOON) <= 0);
        gauge(registry, "valid", left -> left.compareTo(SOON) > 0);
    }

    /** Takes what the store has of hosts now. */
    void seen(List<DomainRecord> domains) {
        List<DomainRecord> certified =
                domains.stream().filter(domain -> domain.certificate() != null).toList();
        ends = certified.stream().map(CertificateMetrics::end).toList();
        hosts.register(
                certified.stream()
                        .sorted(Comparator.comparing(CertificateMetrics::end))
                        .limit(HOSTS_MAX)
                        .<MultiGauge.Row<?>>map(
                                domain ->
                                        MultiGauge.Row.of(
                                                Tags.of(
                                                        "tenant", domain.tenant().value(),
                                                        "app", domain.app().value(),
                                                        "host", domain.host().value()),
                                                end(domain).getEpochSecond()))
                        .toList(),
                true);
    }

    private void gauge(MeterRegistry registry, String state, Predicate<Duration> has) {
        Gauge.builder("echelon.domain.certificates", this, one -> one.count(has))
                .tag("state", state)
                .register(registry);
    }

    private double count(Predicate<Duration> has) {
        Instant now = clock.instant();
        return ends.stream().filter(end -> has.test(Duration.between(now, end))).count();
    }

    private static Instant end(DomainRecord domain) {
        return Objects.requireNonNull(domain.certificate()).notAfter();
    }
}
