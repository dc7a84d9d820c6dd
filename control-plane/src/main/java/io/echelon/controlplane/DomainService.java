package io.echelon.controlplane;

import io.echelon.controlplane.SystemDatabase.Row;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.tenants.AppName;
import io.echelon.tenants.AppRecord;
import io.echelon.tenants.DomainName;
import io.echelon.tenants.DomainOwner;
import io.echelon.tenants.DomainRecord;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Limits;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Hosts of apps' own. Anybody may say that a host is his; it leads to his app once DNS says so too,
 * and then to no other.
 */
@Singleton
final class DomainService {
    private static final String THE_DOMAIN = "The domain";
    private static final int CHALLENGE_BYTES = 24;
    private static final int SHOWN_MAX = 5;
    private static final int SHOWN_CHARS = 80;

    private final SystemDatabase database;
    private final AppService apps;
    private final DomainRules rules;
    private final TxtRecords dns;
    private final SettingsKeys keys;
    private final InstantSource clock;

    DomainService(
            SystemDatabase database,
            AppService apps,
            DomainRules rules,
            TxtRecords dns,
            SettingsKeys keys,
            InstantSource clock) {
        this.database = database;
        this.apps = apps;
        this.rules = rules;
        this.dns = dns;
        this.keys = keys;
        this.clock = clock;
    }

    List<DomainRecord> list(TenantName tenant, AppName app) {
        apps.require(tenant, app);
        return database.all(SystemRows.domains(tenant, app), DomainRecord.class).stream()
                .map(Row::value)
                .toList();
    }

    /** Notes that somebody says that a host is his; one that is noted stays as it is. */
    DomainRecord add(TenantName tenant, AppName app, String text) {
        DomainName host = rules.checked(text);
        return Conflicts.retry(
                "The addition of %s".formatted(host),
                () -> {
                    Row<AppRecord> row = apps.require(tenant, app);
                    Optional<Row<DomainRecord>> found = find(tenant, app, host);
                    if (found.isPresent()) {
                        return found.map(Row::value);
                    }
                    requireFree(tenant, host);
                    int count = list(tenant, app).size();
                    if (count >= Limits.DOMAINS_PER_APP_MAX) {
                        throw new EchelonException(
                                ErrorCode.OVER_QUOTA,
                                "App \"%s\" has %d domains, the most that are allowed; remove one first"
                                        .formatted(app, count));
                    }
                    byte[] challenge = new byte[CHALLENGE_BYTES];
                    keys.random().nextBytes(challenge);
                    DomainRecord claimed =
                            DomainRecord.claimed(
                                    host,
                                    tenant,
                                    app,
                                    Base64.getUrlEncoder()
                                            .withoutPadding()
                                            .encodeToString(challenge),
                                    clock.instant().truncatedTo(ChronoUnit.MILLIS));
                    KvKey key = KvKey.of(SystemRows.domain(tenant, app, host));
                    KvKey appKey = KvKey.of(SystemRows.app(tenant, app));
                    return database.commit(
                                    AtomicWrite.builder()
                                            .check(appKey, row.stamp())
                                            .checkAbsent(key)
                                            .set(key, SystemDatabase.value(claimed)))
                            ? Optional.of(claimed)
                            : Optional.empty();
                });
    }

    /** Has a host lead to the app, when DNS says that it is the tenant's. */
    Tagged<DomainRecord> verify(TenantName tenant, AppName app, String text) {
        Row<DomainRecord> row = require(tenant, app, text);
        DomainRecord claimed = row.value();
        if (claimed.isVerified()) {
            return new Tagged<>(claimed, EntityTag.of(row));
        }
        requireFree(tenant, claimed.host());
        List<String> said = dns.of(claimed.host().challenge());
        if (!said.contains(claimed.challenge())) {
            throw new EchelonException(
                    ErrorCode.CONFLICT,
                    "The TXT record %s does not say %s; %s. A change of DNS can take an hour to be seen; then verify again"
                            .formatted(
                                    claimed.host().challenge(), claimed.challenge(), shown(said)));
        }
        return change(
                tenant,
                app,
                text,
                IfMatch.ANYTHING,
                (domain, write) -> {
                    requireFree(tenant, domain.host());
                    KvKey owner = KvKey.of(SystemRows.domainOwner(domain.host()));
                    write.checkAbsent(owner)
                            .set(owner, SystemDatabase.value(new DomainOwner(tenant, app)));
                    return domain.verified(clock.instant().truncatedTo(ChronoUnit.MILLIS));
                });
    }

    /** Changes what is answered without TLS, and what browsers are told. */
    Tagged<DomainRecord> change(
            TenantName tenant,
            AppName app,
            String text,
            DomainViews.Changes changes,
            IfMatch ifMatch) {
        DomainRecord.Plain plain = changes.http();
        Integer hsts = changes.hstsSeconds();
        return change(
                tenant,
                app,
                text,
                ifMatch,
                (domain, _) ->
                        domain.with(
                                plain == null ? domain.plain() : plain,
                                hsts == null ? domain.hstsSeconds() : hsts));
    }

    /** Lets go of a host, which leads nowhere then. */
    DomainRecord remove(TenantName tenant, AppName app, String text, IfMatch ifMatch) {
        return Conflicts.retry(
                "The removal of the domain",
                () -> {
                    Row<DomainRecord> row = require(tenant, app, text);
                    ifMatch.require(EntityTag.of(row), THE_DOMAIN);
                    AtomicWrite.Builder write = changeOf(row);
                    delete(row.value(), write);
                    return database.commit(write) ? Optional.of(row.value()) : Optional.empty();
                });
    }

    /**
     * Changes a host's row, and others in the same commit.
     *
     * @param ifMatch under which tag the caller saw it
     */
    Tagged<DomainRecord> change(
            TenantName tenant,
            AppName app,
            String text,
            IfMatch ifMatch,
            BiFunction<DomainRecord, AtomicWrite.Builder, DomainRecord> how) {
        DomainRecord changed =
                Conflicts.retry(
                        "The change of the domain",
                        () -> {
                            Row<DomainRecord> row = require(tenant, app, text);
                            ifMatch.require(EntityTag.of(row), THE_DOMAIN);
                            AtomicWrite.Builder write = changeOf(row);
                            DomainRecord next = how.apply(row.value(), write);
                            return commit(next, write) ? Optional.of(next) : Optional.empty();
                        });
        return new Tagged<>(changed, EntityTag.of(find(tenant, app, changed.host())));
    }

    /** The beginning of a commit that happens only while a row is as it was read. */
    static AtomicWrite.Builder changeOf(Row<DomainRecord> row) {
        return tell(AtomicWrite.builder()).check(key(row.value()), row.stamp());
    }

    /** Whether the commit happened that changes a host's row, and others. */
    boolean commit(DomainRecord changed, AtomicWrite.Builder write) {
        return database.commit(write.set(key(changed), SystemDatabase.value(changed)));
    }

    /** Removes, with the app's other rows, those of its hosts. */
    static void deleteAll(
            SystemDatabase database, TenantName tenant, AppName app, AtomicWrite.Builder write) {
        List<Row<DomainRecord>> domains =
                database.all(SystemRows.domains(tenant, app), DomainRecord.class);
        domains.forEach(row -> delete(row.value(), write));
        if (!domains.isEmpty()) {
            tell(write);
        }
    }

    private static void delete(DomainRecord domain, AtomicWrite.Builder write) {
        write.delete(key(domain));
        if (domain.isVerified()) {
            write.delete(KvKey.of(SystemRows.domainOwner(domain.host())))
                    .delete(KvKey.of(SystemRows.certificate(domain.host())));
        }
    }

    /** Has nodes be told of a commit. */
    private static AtomicWrite.Builder tell(AtomicWrite.Builder write) {
        return write.set(KvKey.of(SystemRows.domainSignal()), SystemDatabase.value(""));
    }

    Row<DomainRecord> require(TenantName tenant, AppName app, String text) {
        apps.require(tenant, app);
        DomainName host = DomainName.parse(text);
        return find(tenant, app, host)
                .orElseThrow(
                        () ->
                                new EchelonException(
                                        ErrorCode.NOT_FOUND,
                                        "App \"%s\" has no domain %s; `edge domains add %s %s` adds it"
                                                .formatted(app, host, app, host)));
    }

    Optional<Row<DomainRecord>> find(TenantName tenant, AppName app, DomainName host) {
        return database.get(SystemRows.domain(tenant, app, host), DomainRecord.class);
    }

    private void requireFree(TenantName tenant, DomainName host) {
        DomainOwner owner =
                database.get(SystemRows.domainOwner(host), DomainOwner.class)
                        .map(Row::value)
                        .orElse(null);
        if (owner == null) {
            return;
        }
        throw new EchelonException(
                ErrorCode.CONFLICT,
                owner.tenant().equals(tenant)
                        ? "%s leads to app \"%s\"; `edge domains remove %s %s` lets go of it"
                                .formatted(host, owner.app(), owner.app(), host)
                        : "%s is that of another tenant of this platform, who has to remove it first"
                                .formatted(host));
    }

    private static KvKey key(DomainRecord domain) {
        return KvKey.of(SystemRows.domain(domain.tenant(), domain.app(), domain.host()));
    }

    private static String shown(List<String> said) {
        return said.isEmpty()
                ? "there is none"
                : "it says "
                        + String.join(
                                ", ",
                                said.stream()
                                        .limit(SHOWN_MAX)
                                        .map(
                                                text ->
                                                        text.length() <= SHOWN_CHARS
                                                                ? text
                                                                : text.substring(0, SHOWN_CHARS)
                                                                        + "…")
                                        .toList());
    }
}
