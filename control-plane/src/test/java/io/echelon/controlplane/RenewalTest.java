package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.echelon.cron.CronAdministration;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.rocksdb.RocksKvStore;
import io.echelon.kvstore.rocksdb.RocksOptions;
import io.echelon.tenants.AcmeAccountRecord;
import io.echelon.tenants.AcmeAttempts;
import io.echelon.tenants.AcmeOrders;
import io.echelon.tenants.AppName;
import io.echelon.tenants.AppRecord;
import io.echelon.tenants.CertificateRecord;
import io.echelon.tenants.DomainName;
import io.echelon.tenants.DomainRecord;
import io.echelon.tenants.DomainRecord.Renewal;
import io.echelon.tenants.DomainRecord.RenewalState;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.Json;
import io.echelon.tenants.Quota;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.smallrye.config.SmallRyeConfigBuilder;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Certificates from a real authority, which looks at a host's HTTP port before it issues one. The
 * port is the test's, and answers from the rows as a node does.
 */
@Timeout(120)
final class RenewalTest {
    private static final TenantName TENANT = TenantName.DEFAULT;
    private static final AppName SHOP = new AppName("shop");
    private static final DomainName HOST = new DomainName("www.shop.example");
    private static final String LOOKED_FOR = "/.well-known/acme-challenge/";

    @TempDir static Path shared;

    private static HttpServer port;
    private static TestDns dns;
    private static Pebble pebble;

    @TempDir Path folder;

    private final Vertx vertx = Vertx.vertx();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();

    /** Later than anything that is issued during a test. */
    private Instant now = Instant.now().plusSeconds(300);

    private RocksKvStore store;
    private SystemDatabase database;
    private SettingsKeys keys;
    private CertificateAuthority authority;
    private DomainService domains;
    private DomainCertificates certificates;
    private Renewals renewals;
    private volatile boolean answers = true;

    @BeforeAll
    static void startAuthority() throws Exception {
        port = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        port.start();
        dns = TestDns.start(shared.resolve("dns"));
        pebble = Pebble.start(shared, port.getAddress().getPort(), dns.address());
    }

    @AfterAll
    static void stopAuthority() {
        pebble.close();
        dns.close();
        port.stop(0);
    }

    @BeforeEach
    void start() {
        store = RocksKvStore.open(RocksOptions.of(folder.resolve("kv")).withReserveBytes(0));
        database = new SystemDatabase(store);
        port.createContext(LOOKED_FOR, this::answer);
        Settings settings = settings();
        InstantSource clock = () -> now;
        keys = new SettingsKeys(database, clock, settings);
        authority =
                new CertificateAuthority(
                        database, new AcmeAccount(database, keys, settings), clock);
        CronAdministration crons = new CronAdministration(store.database(SystemRows.DATABASE));
        domains =
                new DomainService(
                        database,
                        new AppService(database, new Retention(database, crons), crons, settings),
                        new DomainRules(settings),
                        new TxtRecords(vertx, settings),
                        keys,
                        clock);
        certificates =
                new DomainCertificates(
                        database, domains, keys, authority, new QuotaRules(database), clock);
        renewals =
                new Renewals(
                        database,
                        certificates,
                        authority,
                        new CertificateMetrics(registry, clock),
                        clock);
        database.commit(
                AtomicWrite.builder()
                        .set(
                                KvKey.of(SystemRows.app(TENANT, SHOP)),
                                SystemDatabase.value(new AppRecord(TENANT, SHOP, now, 0))));
        write(DomainRecord.claimed(HOST, TENANT, SHOP, "challenge", now).verified(now));
    }

    @AfterEach
    void stop() {
        port.removeContext(LOOKED_FOR);
        store.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private Settings settings() {
        return new SmallRyeConfigBuilder()
                .withMapping(Settings.class)
                .withDefaultValue("echelon.store", "http://127.0.0.1:1")
                .withDefaultValue("echelon.cluster-secret-file", "none")
                .withDefaultValue("echelon.owner-token-file", "none")
                .withDefaultValue("echelon.master-key", "5a".repeat(32))
                .withDefaultValue("echelon.dns", dns.address())
                .withDefaultValue("echelon.acme", pebble.directory().toString())
                .withDefaultValue("echelon.acme-contact", "operator@shop.example")
                .withDefaultValue("echelon.acme-ca", pebble.roots().toString())
                .addDiscoveredConverters()
                .build()
                .getConfigMapping(Settings.class);
    }

    @Test
    void aCertificateIsIssuedAndRenewedAtTwoThirdsOfItsLifeByTheSameAccount() throws Exception {
        order();
        assertThat(renewals.renewDue()).isTrue();

        DomainRecord first = domain();
        assertThat(first.certificate().source()).isEqualTo(CertificateRecord.Source.ACME);
        assertThat(first.renewal().state()).isEqualTo(RenewalState.ISSUED);
        assertThat(first.renewal().failures()).isZero();
        CertificateRecord record =
                database.get(SystemRows.certificate(HOST), CertificateRecord.class)
                        .orElseThrow()
                        .value();
        assertThat(record.chain()).hasSizeGreaterThan(1);
        assertThat(first.renewal().due()).isEqualTo(twoThirds(record.chain().getFirst()));
        assertSealed(record, record.open(keys.of(TENANT)));
        AcmeAccountRecord account = account();
        assertThat(account.directory()).isEqualTo(pebble.directory());
        assertSealed(account, account.open(keys.of(TENANT)));

        assertThat(renewals.renewDue()).isFalse();
        order();
        assertThat(domain()).as("before it is due").isEqualTo(first);

        write(
                first.with(
                        first.certificate(),
                        new Renewal(RenewalState.ISSUED, now.minusMillis(1), 0, null)));
        renewals.renewDue();
        assertThat(domain().certificate().fingerprint())
                .isNotEqualTo(first.certificate().fingerprint());
        assertThat(account().sealedKey()).isEqualTo(account.sealedKey());
        assertThat(database.keys(List.of("acmeChallenges"))).isEmpty();
        assertThat(claim()).isEmpty();
    }

    private static Instant twoThirds(byte[] certificate) throws Exception {
        X509Certificate read =
                (X509Certificate)
                        CertificateFactory.getInstance("X.509")
                                .generateCertificate(new ByteArrayInputStream(certificate));
        Instant begin = read.getNotBefore().toInstant();
        Duration life = Duration.between(begin, read.getNotAfter().toInstant());
        return begin.plus(life.multipliedBy(2).dividedBy(3));
    }

    private static void assertSealed(Object record, byte[] key) {
        assertThat(new String(Json.bytes(record), StandardCharsets.UTF_8))
                .doesNotContain(Base64.getEncoder().encodeToString(key));
    }

    @Test
    void aHostThatDoesNotLeadHereIsTriedAgainLaterAndLater() throws Exception {
        answers = false;
        order();
        for (int failures = 1; failures <= 2; failures++) {
            renewals.renewDue();
            Renewal renewal = domain().renewal();
            assertThat(renewal.state()).isEqualTo(RenewalState.FAILED);
            assertThat(renewal.failures()).isEqualTo(failures);
            assertThat(renewal.problem())
                    .startsWith("www.shop.example has to lead to the platform's nodes at port 80")
                    .contains("localhost says: ");
            assertThat(renewal.due())
                    .isBetween(
                            now.plus(DomainCertificates.pause(failures)).minusMillis(1),
                            now.plus(DomainCertificates.pause(failures)));
            assertThat(renewals.renewDue()).isFalse();
            assertThat(domain().renewal()).as("not before then").isEqualTo(renewal);
            now = renewal.due();
        }
        assertThat(domain().certificate()).isNull();
        answers = true;
        renewals.renewDue();
        assertThat(domain().certificate()).isNotNull();
        assertThat(DomainCertificates.pause(100)).isLessThan(Duration.ofDays(1));
    }

    @Test
    void anAuthorityIsNotAskedMoreOftenThanItLikesWhateverItsOwnersDo() {
        int asked = 0;
        for (int i = 0; i < 2 * AcmeAttempts.MAX; i++) {
            order();
            if (certificates.begin(domain()).isPresent()) {
                asked++;
                certificates.failed(domain(), "no", Instant.MIN);
            }
            if (i % 2 == 0) {
                domains.remove(TENANT, SHOP, HOST.value(), IfMatch.ANYTHING);
                write(DomainRecord.claimed(HOST, TENANT, SHOP, "challenge", now).verified(now));
            }
        }
        assertThat(asked).isEqualTo(AcmeAttempts.MAX);
        order();
        assertThat(domain().renewal().due()).isAfter(now.plus(AcmeAttempts.WITHIN).minusSeconds(1));
        certificates.failed(domain(), "wait", now.plus(Duration.ofDays(3)));
        assertThat(domain().renewal().due()).isEqualTo(now.plus(Duration.ofDays(3)));
    }

    @Test
    void aTenantThatOrderedAsMuchAsItMayWaitsAndIsToldSo() throws Exception {
        Instant first = now;
        AcmeOrders all = AcmeOrders.NONE;
        for (int i = 0; i < Quota.CERTIFICATE_ORDERS_PER_HOUR.standard(); i++) {
            all = all.with(first);
        }
        order();
        database.commit(
                AtomicWrite.builder()
                        .set(KvKey.of(SystemRows.acmeOrders(TENANT)), SystemDatabase.value(all)));
        assertThat(renewals.renewDue()).isFalse();
        assertThat(domain().renewal().state()).isEqualTo(RenewalState.ORDERED);
        domains.remove(TENANT, SHOP, HOST.value(), IfMatch.ANYTHING);
        write(DomainRecord.claimed(HOST, TENANT, SHOP, "challenge", now).verified(now));
        assertThatThrownBy(this::order)
                .isInstanceOf(EchelonException.class)
                .hasMessageContaining("asked 50 times")
                .hasMessageContaining("certificateOrdersPerHour");
        now = first.plus(AcmeOrders.WITHIN).plusSeconds(1);
        order();
        assertThat(certificates.begin(domain())).isPresent();
        assertThat(certificates.ordered(TENANT)).isEqualTo(1);
    }

    @Test
    void metricsSayWhenCertificatesExpire() throws Exception {
        order();
        renewals.renewDue();
        renewals.renewDue(); // looks again
        Instant end = domain().certificate().notAfter();
        assertThat(
                        registry.get("echelon.domain.certificate.expires.timestamp")
                                .tag("host", HOST.value())
                                .gauge()
                                .value())
                .isEqualTo((double) end.getEpochSecond());
        assertThat(certificatesThatAre("valid")).isEqualTo(1);
        now = end.minus(Duration.ofDays(1));
        assertThat(certificatesThatAre("valid")).isZero();
        assertThat(certificatesThatAre("expiring")).isEqualTo(1);
        now = end;
        assertThat(certificatesThatAre("expired")).isEqualTo(1);
    }

    private double certificatesThatAre(String state) {
        return registry.get("echelon.domain.certificates").tag("state", state).gauge().value();
    }

    @Test
    void whoDiesWhileTheAuthorityIsAskedIsFollowedByAnotherAfterAPause() throws Exception {
        order();
        DomainRecord left = certificates.begin(domain()).orElseThrow();
        assertThat(left.renewal().state()).isEqualTo(RenewalState.ASKING);
        order();
        assertThat(renewals.renewDue()).isFalse();
        assertThat(domain()).isEqualTo(left);
        now = left.renewal().due();
        renewals.renewDue();
        assertThat(domain().renewal().state()).isEqualTo(RenewalState.ISSUED);
    }

    @Test
    void oneOfTwoControlPlanesAsks() throws Exception {
        order();
        database.commit(
                AtomicWrite.builder()
                        .set(
                                KvKey.of(SystemRows.renewalClaim()),
                                SystemDatabase.value("another control plane")));
        assertThat(renewals.renewDue()).isFalse();
        assertThat(domain().renewal().state()).isEqualTo(RenewalState.ORDERED);
        assertThat(claim()).contains("another control plane");
    }

    @Test
    void aHostThatIsRemovedOrHasAnotherCertificateMeanwhileKeepsWhatItHas() throws Exception {
        order();
        DomainRecord begun = certificates.begin(domain()).orElseThrow();
        write(begun.with(begun.certificate(), null));
        certificates.issued(begun, authority.issue(HOST));
        assertThat(domain().certificate()).isNull();
        domains.remove(TENANT, SHOP, HOST.value(), IfMatch.ANYTHING);
        certificates.failed(begun, "x", Instant.MIN);
        assertThat(database.get(SystemRows.domain(TENANT, SHOP, HOST), DomainRecord.class))
                .isEmpty();
        assertThatThrownBy(this::order).hasMessageContaining("has no domain");
    }

    private void order() {
        certificates.order(TENANT, SHOP, HOST.value());
    }

    private DomainRecord domain() {
        return database.get(SystemRows.domain(TENANT, SHOP, HOST), DomainRecord.class)
                .orElseThrow()
                .value();
    }

    private Optional<String> claim() {
        return database.get(SystemRows.renewalClaim(), String.class).map(SystemDatabase.Row::value);
    }

    private AcmeAccountRecord account() {
        return database.get(SystemRows.acmeAccount(), AcmeAccountRecord.class)
                .orElseThrow()
                .value();
    }

    private void write(DomainRecord domain) {
        database.commit(
                AtomicWrite.builder()
                        .set(
                                KvKey.of(SystemRows.domain(TENANT, SHOP, HOST)),
                                SystemDatabase.value(domain)));
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String host = exchange.getRequestHeaders().getFirst("Host").split(":", -1)[0];
            String token = exchange.getRequestURI().getPath().substring(LOOKED_FOR.length());
            String found =
                    answers
                            ? database.get(
                                            SystemRows.acmeChallenge(new DomainName(host), token),
                                            String.class)
                                    .map(SystemDatabase.Row::value)
                                    .orElse("none")
                            : "none";
            byte[] body = found.getBytes(StandardCharsets.US_ASCII);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
