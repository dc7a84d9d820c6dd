package io.echelon.controlplane;

import io.echelon.controlplane.SystemDatabase.Row;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.DomainRecord;
import io.echelon.tenants.DomainRecord.Renewal;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BinaryOperator;
import org.jboss.logging.Logger;

/**
 * Asks the certificate authority for the certificates that are due, one after the other: in each
 * round for one host of each tenant, so that nobody waits for all that another has ordered. Of
 * several control planes one does so: the one that has claimed a row that expires.
 *
 * <p><b>Lifecycle.</b> From the control plane's start to its end, on a thread of its own.
 *
 * <p><b>Failure.</b> What goes wrong with one host is noted in its row, and the next one's turn
 * comes; while the store cannot be reached, nothing is asked.
 */
@Singleton
final class Renewals {
    private static final Logger LOG = Logger.getLogger(Renewals.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

    /** Longer than one host takes. */
    private static final Duration CLAIM = CertificateAuthority.PATIENCE.multipliedBy(2);

    private final SystemDatabase database;
    private final DomainCertificates certificates;
    private final CertificateAuthority authority;
    private final CertificateMetrics metrics;
    private final InstantSource clock;
    private final String id = UUID.randomUUID().toString();
    private final Semaphore wanted = new Semaphore(0);
    private final Thread thread =
            Thread.ofVirtual().name("certificate-renewals").unstarted(this::run);

    Renewals(
            SystemDatabase database,
            DomainCertificates certificates,
            CertificateAuthority authority,
            CertificateMetrics metrics,
            InstantSource clock) {
        this.metrics = metrics;
        this.database = database;
        this.certificates = certificates;
        this.authority = authority;
        this.clock = clock;
    }

    void start(@Observes StartupEvent event) {
        thread.start();
    }

    void stop(@Observes ShutdownEvent event) {
        thread.interrupt();
    }

    /** Looks soon, since a certificate is wanted now. */
    void look() {
        wanted.release();
    }

    private void run() {
        boolean available = true;
        try {
            while (true) {
                try {
                    while (renewDue()) {
                        wanted.drainPermits();
                    }
                    available = true;
                } catch (EchelonException e) {
                    if (available && !Thread.currentThread().isInterrupted()) {
                        LOG.warnf("Certificates cannot be renewed now: %s", e.reason());
                    }
                    available = false;
                } catch (RuntimeException e) {
                    LOG.error("Certificates cannot be renewed now", e);
                }
                var _ = wanted.tryAcquire(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
                wanted.drainPermits();
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    /** Asks for one host of each tenant that has one due; whether there was any. */
    boolean renewDue() throws InterruptedException {
        Collection<DomainRecord> due = due();
        if (due.isEmpty()) {
            return false;
        }
        boolean asked = false;
        try {
            for (DomainRecord domain : due) {
                Optional<DomainRecord> begun =
                        claim() ? certificates.begin(domain) : Optional.empty();
                if (begun.isPresent()) {
                    renew(begun.get());
                    asked = true;
                }
            }
        } finally {
            release();
        }
        return asked;
    }

    /** Of each tenant's hosts the one that is due for the longest time. */
    private Collection<DomainRecord> due() {
        Instant now = clock.instant();
        Map<TenantName, DomainRecord> first = new HashMap<>();
        List<DomainRecord> domains =
                database.all(SystemRows.domains(), DomainRecord.class).stream()
                        .map(Row::value)
                        .toList();
        metrics.seen(domains);
        for (DomainRecord domain : domains) {
            if (!dueAt(domain).isAfter(now)) {
                first.merge(
                        domain.tenant(),
                        domain,
                        BinaryOperator.minBy(Comparator.comparing(Renewals::dueAt)));
            }
        }
        return first.values();
    }

    private static Instant dueAt(DomainRecord domain) {
        Renewal renewal = domain.renewal();
        return renewal == null ? Instant.MAX : renewal.due();
    }

    /** Whether this control plane is the one that asks the authority, for some minutes more. */
    private boolean claim() {
        KvKey key = KvKey.of(SystemRows.renewalClaim());
        Optional<Row<String>> held = held();
        return (held.isEmpty() || held.get().value().equals(id))
                && database.commit(
                        AtomicWrite.builder()
                                .check(key, SystemDatabase.stamp(held))
                                .set(key, SystemDatabase.value(id), Expiry.in(CLAIM)));
    }

    private void release() {
        Optional<Row<String>> held = held();
        if (held.isPresent() && held.get().value().equals(id)) {
            KvKey key = KvKey.of(SystemRows.renewalClaim());
            database.commit(AtomicWrite.builder().check(key, held.get().stamp()).delete(key));
        }
    }

    private Optional<Row<String>> held() {
        return database.get(SystemRows.renewalClaim(), String.class);
    }

    private void renew(DomainRecord domain) throws InterruptedException {
        try {
            certificates.issued(domain, authority.issue(domain.host()));
            LOG.infof("%s has a new certificate", domain.host());
        } catch (NotIssued e) {
            LOG.warnf(e, "%s gets no certificate now", domain.host());
            certificates.failed(
                    domain, String.valueOf(e.getMessage()), e.notBefore().orElse(Instant.MIN));
        } catch (EchelonException e) {
            LOG.warnf(e, "%s gets no certificate now", domain.host());
            certificates.failed(domain, e.reason(), Instant.MIN);
        } catch (RuntimeException e) {
            LOG.errorf(e, "%s gets no certificate now", domain.host());
            certificates.failed(
                    domain,
                    "An internal error happened; the control plane's log has it",
                    Instant.MIN);
        }
    }
}
