package io.echelon.edgeruntime;

import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvSubscription;
import io.echelon.tenants.CertificateRecord;
import io.echelon.tenants.DomainRecord;
import io.echelon.tenants.SystemRows;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The hosts of tenants' own as the platform's rows have them, with their certificates, kept in
 * memory. A change is seen as soon as the store tells of it, without a restart.
 *
 * <p><b>Lifecycle.</b> {@link #start} once, {@link #close} once.
 *
 * <p><b>Failure.</b> While the store cannot be reached, what was read last holds; a certificate
 * that cannot be opened is logged, and its host has that of before or else none.
 *
 * <p><b>Thread safety.</b> One thread reads rows; the table that requests read is replaced whole.
 */
final class CustomDomains implements CustomDomain.Lookup, AutoCloseable {
    private static final Logger LOG = Logger.getLogger(CustomDomains.class);
    private static final Duration LOOK_AGAIN = Duration.ofSeconds(30);

    private final SystemReader rows;
    private final TenantKeys keys;
    private final HostNames names;
    private final Semaphore changed = new Semaphore(0);
    private final Thread thread = Thread.ofVirtual().name("echelon-domains").unstarted(this::run);
    private volatile Map<String, CustomDomain> domains = Map.of();
    private @Nullable KvSubscription subscription;

    CustomDomains(SystemReader rows, TenantKeys keys, HostNames names) {
        this.rows = rows;
        this.keys = keys;
        this.names = names;
    }

    /** Looks for the first time, and goes on doing so. */
    void start() {
        subscription =
                rows.database()
                        .watch(
                                List.of(KvKey.of(SystemRows.domainSignal())),
                                entries -> changed.release());
        tryLook();
        thread.start();
    }

    @Override
    public @Nullable CustomDomain find(String host) {
        return domains.get(host);
    }

    @Override
    public void close() {
        KvSubscription watching = subscription;
        if (watching != null) {
            watching.close();
        }
        thread.interrupt();
    }

    private void run() {
        try {
            while (true) {
                var _ = changed.tryAcquire(LOOK_AGAIN.toMillis(), TimeUnit.MILLISECONDS);
                changed.drainPermits();
                tryLook();
                if (Thread.interrupted()) {
                    return;
                }
            }
        } catch (InterruptedException closing) {
            Thread.currentThread().interrupt();
        }
    }

    private void tryLook() {
        try {
            look();
        } catch (RuntimeException e) {
            LOG.warnf("Tenants' own hosts could not be read: %s", e.getMessage());
        }
    }

    /** Reads everything once; of certificates only those that are new. */
    void look() {
        Map<String, CustomDomain> found = new HashMap<>();
        for (DomainRecord record : rows.domains()) {
            if (record.isVerified()) {
                String host = record.host().value();
                found.put(
                        host,
                        new CustomDomain(
                                host,
                                names.production(record.tenant(), record.app()),
                                record.plain(),
                                record.hstsSeconds() == 0
                                        ? null
                                        : HttpHeaders.createOptimized(
                                                "max-age=" + record.hstsSeconds()),
                                certificate(record, domains.get(host)),
                                record.renewal() == null
                                        ? CustomDomain.Challenges.APP
                                        : CustomDomain.Challenges.PLATFORM));
            }
        }
        domains = found;
    }

    private @Nullable HostCertificate certificate(
            DomainRecord record, @Nullable CustomDomain before) {
        DomainRecord.Certificate wanted = record.certificate();
        HostCertificate known = before == null ? null : before.certificate();
        if (wanted == null) {
            return null;
        }
        if (known != null && known.fingerprint().equals(wanted.fingerprint())) {
            return known;
        }
        try {
            CertificateRecord row = rows.certificate(record.host()).orElse(null);
            return row == null || !row.tenant().equals(record.tenant())
                    ? known
                    : HostCertificate.open(
                            row, keys.of(row.tenant(), "the certificate of " + row.host()));
        } catch (RuntimeException e) {
            if (!Thread.currentThread().isInterrupted()) {
                LOG.warnf(e, "The certificate of %s cannot be used", record.host());
            }
            return known;
        }
    }
}
