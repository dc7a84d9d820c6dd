package io.echelon.controlplane;

import io.echelon.controlplane.SystemDatabase.Row;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.AcmeAttempts;
import io.echelon.tenants.AcmeOrders;
import io.echelon.tenants.AppName;
import io.echelon.tenants.CertificateRecord;
import io.echelon.tenants.DomainName;
import io.echelon.tenants.DomainRecord;
import io.echelon.tenants.DomainRecord.Renewal;
import io.echelon.tenants.DomainRecord.RenewalState;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Quota;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of hosts of apps' own: uploaded, or ordered from the certificate authority.
 *
 * <p>An order is a row that is due. Before the authority is asked, the row says so and is due again
 * after a pause: if the control plane dies in it, another one asks then and not at once. A refusal
 * doubles the pause, and no host is asked for more often than {@link AcmeAttempts} allows, whatever
 * its owners do meanwhile.
 */
@Singleton
final class DomainCertificates {
    private static final Duration PAUSE_FIRST = Duration.ofMinutes(5);
    private static final int PAUSE_DOUBLINGS_MAX = 8;

    /** The longest that an authority's wish to be left alone counts. */
    private static final Duration WISH_MAX = Duration.ofDays(7);

    private final SystemDatabase database;
    private final DomainService domains;
    private final SettingsKeys keys;
    private final CertificateAuthority authority;
    private final QuotaRules quotas;
    private final InstantSource clock;

    DomainCertificates(
            SystemDatabase database,
            DomainService domains,
            SettingsKeys keys,
            CertificateAuthority authority,
            QuotaRules quotas,
            InstantSource clock) {
        this.quotas = quotas;
        this.database = database;
        this.domains = domains;
        this.keys = keys;
        this.authority = authority;
        this.clock = clock;
    }

    /** Has a host use a certificate of the tenant's, and the authority be asked no more. */
    Tagged<DomainRecord> upload(
            TenantName tenant,
            AppName app,
            String text,
            DomainViews.Upload upload,
            IfMatch ifMatch) {
        DomainName host = domains.require(tenant, app, text).value().host();
        CertificateCheck checked =
                CertificateCheck.of(host, upload.certificate(), upload.key(), clock.instant());
        return domains.change(
                tenant,
                app,
                text,
                ifMatch,
                (domain, write) ->
                        certified(domain, write, checked, CertificateRecord.Source.UPLOADED, null));
    }

    /**
     * Has the authority be asked for a host's certificate; one that it is asked for already stays
     * so.
     */
    DomainRecord order(TenantName tenant, AppName app, String text) {
        authority.requireSet();
        return domains.change(
                        tenant,
                        app,
                        text,
                        IfMatch.ANYTHING,
                        (domain, _) -> {
                            requireVerified(domain);
                            Renewal before = domain.renewal();
                            if (before != null && before.state() != RenewalState.FAILED) {
                                return domain;
                            }
                            requireRoom(tenant);
                            return domain.with(
                                    domain.certificate(),
                                    new Renewal(
                                            RenewalState.ORDERED,
                                            attempts(domain.host()).next(now()),
                                            before == null ? 0 : before.failures(),
                                            null));
                        })
                .value();
    }

    /**
     * Notes that the authority is being asked; empty when that is not due, or not wanted any more.
     */
    Optional<DomainRecord> begin(DomainRecord domain) {
        Instant now = now();
        return changeIfWanted(
                domain,
                (current, renewal, write) -> {
                    AcmeOrders orders = orders(current.tenant());
                    if (renewal.due().isAfter(now)
                            || orders.count(now) >= ordersMax(current.tenant())) {
                        return null;
                    }
                    write.set(
                            KvKey.of(SystemRows.acmeOrders(current.tenant())),
                            SystemDatabase.value(orders.with(now)),
                            Expiry.in(AcmeOrders.WITHIN));
                    DomainName host = current.host();
                    write.set(
                            KvKey.of(SystemRows.acmeAttempts(host)),
                            SystemDatabase.value(attempts(host).with(now)),
                            Expiry.in(AcmeAttempts.WITHIN));
                    int failures = renewal.failures() + 1;
                    return current.with(
                            current.certificate(),
                            new Renewal(
                                    RenewalState.ASKING,
                                    now.plus(pause(failures)),
                                    failures,
                                    null));
                });
    }

    /** Has a host use what the authority issued, until two thirds of its life are over. */
    void issued(DomainRecord domain, CertificateCheck checked) {
        Instant now = now();
        Instant begin = checked.chain().getFirst().getNotBefore().toInstant();
        Duration life = Duration.between(begin, checked.notAfter());
        Duration left = Duration.between(now, checked.notAfter());
        Instant due =
                latest(
                        begin.plus(life.multipliedBy(2).dividedBy(3)),
                        now.plus(left.dividedBy(3)),
                        attempts(domain.host()).next(now));
        var _ =
                changeIfWanted(
                        domain,
                        (current, _, write) ->
                                certified(
                                        current,
                                        write,
                                        checked,
                                        CertificateRecord.Source.ACME,
                                        new Renewal(RenewalState.ISSUED, due, 0, null)));
    }

    /**
     * Notes that the authority issued nothing.
     *
     * @param notBefore when the authority wants to be asked again
     */
    void failed(DomainRecord domain, String problem, Instant notBefore) {
        Instant now = now();
        Instant wish = now.plus(WISH_MAX).isBefore(notBefore) ? now.plus(WISH_MAX) : notBefore;
        var _ =
                changeIfWanted(
                        domain,
                        (current, renewal, _) ->
                                current.with(
                                        current.certificate(),
                                        new Renewal(
                                                RenewalState.FAILED,
                                                latest(
                                                        now.plus(pause(renewal.failures())),
                                                        wish,
                                                        attempts(current.host()).next(now)),
                                                renewal.failures(),
                                                problem)));
    }

    /** How long the authority is left alone when it was asked so often in a row for nothing. */
    static Duration pause(int failures) {
        int doublings = Math.clamp(failures - 1L, 0, PAUSE_DOUBLINGS_MAX);
        return PAUSE_FIRST.multipliedBy(1L << doublings);
    }

    /** What becomes of a row whose host is to have certificates of the authority; null: nothing. */
    @FunctionalInterface
    private interface Step {
        @Nullable DomainRecord apply(
                DomainRecord current, Renewal renewal, AtomicWrite.Builder write);
    }

    private Optional<DomainRecord> changeIfWanted(DomainRecord domain, Step step) {
        return Conflicts.retry(
                "The certificate of %s".formatted(domain.host()),
                () -> {
                    Row<DomainRecord> row =
                            domains.find(domain.tenant(), domain.app(), domain.host()).orElse(null);
                    Renewal renewal = row == null ? null : row.value().renewal();
                    if (row == null || renewal == null) {
                        return Optional.of(Optional.empty());
                    }
                    AtomicWrite.Builder write = DomainService.changeOf(row);
                    DomainRecord changed = step.apply(row.value(), renewal, write);
                    if (changed == null) {
                        return Optional.of(Optional.empty());
                    }
                    return domains.commit(changed, write)
                            ? Optional.of(Optional.of(changed))
                            : Optional.empty();
                });
    }

    private DomainRecord certified(
            DomainRecord domain,
            AtomicWrite.Builder write,
            CertificateCheck checked,
            CertificateRecord.Source source,
            @Nullable Renewal renewal) {
        requireVerified(domain);
        CertificateRecord certificate =
                CertificateRecord.of(
                        domain,
                        source,
                        checked.encoded(),
                        checked.keyAlgorithm(),
                        checked.key().getEncoded(),
                        checked.fingerprint(),
                        keys.of(domain.tenant()),
                        keys.random());
        write.set(
                KvKey.of(SystemRows.certificate(domain.host())), SystemDatabase.value(certificate));
        return domain.with(
                new DomainRecord.Certificate(source, checked.fingerprint(), checked.notAfter()),
                renewal);
    }

    private static void requireVerified(DomainRecord domain) {
        if (!domain.isVerified()) {
            throw new EchelonException(
                    ErrorCode.CONFLICT,
                    "%s is not verified; `edge domains verify %s %s` does so first"
                            .formatted(domain.host(), domain.app(), domain.host()));
        }
    }

    /** How often the authority was asked for a tenant within the last hour. */
    long ordered(TenantName tenant) {
        return orders(tenant).count(now());
    }

    private void requireRoom(TenantName tenant) {
        long asked = ordered(tenant);
        long limit = ordersMax(tenant);
        if (asked >= limit) {
            throw new EchelonException(
                    ErrorCode.OVER_QUOTA,
                    "The certificate authority was asked %,d times for tenant \"%s\" within the last hour, and %,d are allowed (quota %s); try again later, upload a certificate, or ask the operator for more"
                            .formatted(
                                    asked,
                                    tenant,
                                    limit,
                                    Quota.CERTIFICATE_ORDERS_PER_HOUR.wireName()));
        }
    }

    private long ordersMax(TenantName tenant) {
        return quotas.of(tenant).limit(Quota.CERTIFICATE_ORDERS_PER_HOUR);
    }

    private AcmeOrders orders(TenantName tenant) {
        return database.get(SystemRows.acmeOrders(tenant), AcmeOrders.class)
                .map(Row::value)
                .orElse(AcmeOrders.NONE);
    }

    private AcmeAttempts attempts(DomainName host) {
        return database.get(SystemRows.acmeAttempts(host), AcmeAttempts.class)
                .map(Row::value)
                .orElse(AcmeAttempts.NONE);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private static Instant latest(Instant... times) {
        return Stream.of(times).max(Instant::compareTo).orElseThrow();
    }
}
