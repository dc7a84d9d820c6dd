package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.edgeruntime.CustomDomain.Challenges;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.rocksdb.RocksKvStore;
import io.echelon.kvstore.rocksdb.RocksOptions;
import io.echelon.tenants.AppName;
import io.echelon.tenants.CertificateRecord;
import io.echelon.tenants.DataKeyRecord;
import io.echelon.tenants.DomainName;
import io.echelon.tenants.DomainRecord;
import io.echelon.tenants.DomainRecord.Plain;
import io.echelon.tenants.Json;
import io.echelon.tenants.MasterKeys;
import io.echelon.tenants.SealingKey;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Hosts of tenants' own on a node, beside a real store into which the test writes. */
@Timeout(60)
final class CustomDomainTest {
    private static final TenantName TENANT = TenantName.DEFAULT;
    private static final AppName HELLO = new AppName("hello");
    private static final DomainName HOST = new DomainName("www.shop.example");
    private static final SecureRandom RANDOM = new SecureRandom();

    @TempDir Path folder;

    private final Clock clock = Clock.systemUTC();
    private final SealingKey master = SealingKey.make(RANDOM);
    private final SealingKey key = SealingKey.make(RANDOM);
    private RocksKvStore store;
    private KvDatabase database;
    private LocalAuthority authority;
    private CustomDomains domains;

    @BeforeEach
    void open() {
        store = RocksKvStore.open(RocksOptions.of(folder.resolve("kv")).withReserveBytes(0));
        database = store.database(SystemRows.DATABASE);
        authority = LocalAuthority.open(folder.resolve("ca"), clock);
        MasterKeys masters = MasterKeys.parse(master.text());
        write(
                SystemRows.dataKey(TENANT),
                DataKeyRecord.of(TENANT, key, masters, Instant.EPOCH, RANDOM));
        domains =
                new CustomDomains(
                        new SystemReader(database),
                        new TenantKeys(new SystemReader(database), () -> masters),
                        new HostNames("localhost"));
        domains.start();
    }

    @AfterEach
    void close() {
        domains.close();
        store.close();
    }

    @Test
    void aHostLeadsNowhereBeforeItIsVerifiedAndAfterItIsRemoved() {
        write(domain());
        write(domain().verified(Instant.EPOCH));
        until(() -> domains.find(HOST.value()) != null);
        assertThat(domains.find(HOST.value()).production()).isEqualTo("hello.localhost");
        assertThat(domains.find("shop.example")).isNull();
        database.commit(
                        AtomicWrite.builder()
                                .delete(KvKey.of(SystemRows.domain(TENANT, HELLO, HOST)))
                                .set(
                                        KvKey.of(SystemRows.domainSignal()),
                                        KvValue.bytes(new byte[0]))
                                .build())
                .join();
        until(() -> domains.find(HOST.value()) == null);
    }

    @Test
    void handshakesChangeWithTheCertificateAndWithoutARestart() throws Exception {
        try (PublicFixture node = node()) {
            write(domain().verified(Instant.EPOCH));
            until(() -> domains.find(HOST.value()) != null);
            assertThat(presented(node.port, HOST.value())[0].getIssuerX500Principal())
                    .as("until it has its own")
                    .isEqualTo(authority.certificate().getSubjectX500Principal());
            for (String algorithm : List.of("EC", "RSA", "EC")) {
                X509Certificate own = certified(algorithm);
                until(() -> own.equals(own(HOST)));
                assertThat(presented(node.port, HOST.value())[0]).isEqualTo(own);
            }
            assertThat(
                            presented(node.port, "hello.localhost")[0]
                                    .getSubjectX500Principal()
                                    .getName())
                    .isEqualTo("CN=hello.localhost");
        }
    }

    @Test
    void aCertificateThatCannotBeOpenedLeavesTheOneOfBefore() throws Exception {
        X509Certificate first = certified("EC");
        until(() -> first.equals(own(HOST)));
        CertificateRecord foreign =
                CertificateRecord.of(
                        domain(),
                        CertificateRecord.Source.UPLOADED,
                        List.of(first.getEncoded()),
                        "EC",
                        new byte[10],
                        "f".repeat(64),
                        SealingKey.make(RANDOM),
                        RANDOM);
        write(SystemRows.certificate(HOST), foreign);
        domains.look();
        write(
                domain().verified(Instant.EPOCH)
                        .with(
                                new DomainRecord.Certificate(
                                        CertificateRecord.Source.UPLOADED,
                                        "f".repeat(64),
                                        Instant.EPOCH),
                                null));
        domains.look();
        assertThat(own(HOST)).isEqualTo(first);
    }

    @Test
    void requestsAtAHostReachTheAppAndAreSentToTlsWhenAsked() throws Exception {
        try (PublicFixture node = new PublicFixture()) {
            node.domains.put(
                    HOST.value(), custom("hello.localhost", Plain.SERVE, null, Challenges.APP));
            assertThat(node.raw("GET /url HTTP/1.1|Host: WWW.shop.example:80||"))
                    .contains("200 OK")
                    .endsWith("GET http://WWW.shop.example:80/url");
            node.domains.put(
                    HOST.value(),
                    custom("hello.localhost", Plain.REDIRECT, "max-age=5", Challenges.APP));
            assertThat(node.raw("GET /a?b=c HTTP/1.1|Host: www.shop.example||"))
                    .contains("308 ")
                    .contains("location: https://www.shop.example/a?b=c\r\n")
                    .doesNotContain("strict-transport-security");
            String body = "POST /a HTTP/1.1|Host: www.shop.example|Content-Length: 3||abc";
            assertThat(node.raw(body)).contains("308 ");
            node.domains.put(
                    HOST.value(), custom("nothing.localhost", Plain.SERVE, null, Challenges.APP));
            assertThat(node.raw("GET / HTTP/1.1|Host: www.shop.example||")).contains("404 ");
        }
    }

    @Test
    void browsersAreToldToComeByTlsOnlyByTls() throws Exception {
        try (PublicFixture node = node();
                SSLSocket socket = connect(node.port, HOST.value())) {
            node.domains.put(
                    HOST.value(),
                    custom("hello.localhost", Plain.REDIRECT, "max-age=5", Challenges.APP));
            socket.getOutputStream()
                    .write(
                            "GET /url HTTP/1.1\r\nHost: www.shop.example\r\n\r\n"
                                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            assertThat(PublicFixture.readOne(socket.getInputStream()))
                    .contains("200 OK")
                    .contains("strict-transport-security: max-age=5\r\n")
                    .endsWith("GET https://www.shop.example/url");
        }
    }

    @Test
    void aCertificateAuthorityFindsWhatItLooksForAndTheAppGetsTheRest() throws Exception {
        try (PublicFixture node = new PublicFixture()) {
            String request = "GET /.well-known/acme-challenge/%s HTTP/1.1|Host: www.shop.example||";
            node.challenges.put("www.shop.example token_1", "token_1.thumb");
            node.domains.put(
                    HOST.value(),
                    custom("hello.localhost", Plain.REDIRECT, null, Challenges.PLATFORM));
            assertThat(node.raw(request.formatted("token_1")))
                    .contains("200 OK")
                    .contains("content-type: text/plain")
                    .endsWith("\r\n\r\ntoken_1.thumb");
            for (String other :
                    List.of("token_2", "", "..%2ftoken_1", "token_1?x", "x".repeat(129))) {
                assertThat(node.raw(request.formatted(other))).contains("404 ");
            }
            node.domains.put(
                    HOST.value(), custom("hello.localhost", Plain.SERVE, null, Challenges.APP));
            assertThat(node.raw(request.formatted("token_1")))
                    .contains("200 OK")
                    .endsWith("GET http://www.shop.example/.well-known/acme-challenge/token_1");
        }
    }

    private static CustomDomain custom(
            String production, Plain plain, CharSequence hsts, Challenges challenges) {
        return new CustomDomain(HOST.value(), production, plain, hsts, null, challenges);
    }

    private PublicFixture node() {
        return new PublicFixture(
                AdmissionPolicy.DEFAULT,
                null,
                new SniCertificates(authority, "localhost", clock, domains),
                List.of());
    }

    private static DomainRecord domain() {
        return DomainRecord.claimed(HOST, TENANT, HELLO, "challenge", Instant.EPOCH);
    }

    /** Gives the host a new certificate, with a key of that kind. */
    private X509Certificate certified(String algorithm) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(algorithm.equals("EC") ? 256 : 2_048);
        KeyPair pair = generator.generateKeyPair();
        X509Certificate own = authority.issue(List.of(HOST.value()), pair.getPublic());
        String fingerprint = "%064x".formatted(own.getSerialNumber());
        write(
                SystemRows.certificate(HOST),
                CertificateRecord.of(
                        domain(),
                        CertificateRecord.Source.UPLOADED,
                        List.of(own.getEncoded(), authority.certificate().getEncoded()),
                        algorithm,
                        pair.getPrivate().getEncoded(),
                        fingerprint,
                        key,
                        RANDOM));
        write(
                domain().verified(Instant.EPOCH)
                        .with(
                                new DomainRecord.Certificate(
                                        CertificateRecord.Source.UPLOADED,
                                        fingerprint,
                                        own.getNotAfter().toInstant()),
                                null));
        return own;
    }

    private X509Certificate own(DomainName host) {
        CustomDomain domain = domains.find(host.value());
        return domain == null || domain.certificate() == null
                ? null
                : domain.certificate().chain().getFirst();
    }

    private void write(DomainRecord domain) {
        write(SystemRows.domain(domain.tenant(), domain.app(), domain.host()), domain);
    }

    private void write(List<Object> row, Object record) {
        database.commit(
                        AtomicWrite.builder()
                                .set(KvKey.of(row), KvValue.bytes(Json.bytes(record)))
                                .set(
                                        KvKey.of(SystemRows.domainSignal()),
                                        KvValue.bytes(new byte[0]))
                                .build())
                .join();
    }

    private static X509Certificate[] presented(int port, String name) throws Exception {
        try (SSLSocket socket = connect(port, name)) {
            return (X509Certificate[]) socket.getSession().getPeerCertificates();
        }
    }

    /** A connection by TLS that asks for a name, whatever certificate is shown. */
    private static SSLSocket connect(int port, String name) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, new TrustManager[] {new Anybody()}, null);
        SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(
                                        new Socket(InetAddress.getLoopbackAddress(), port),
                                        name,
                                        port,
                                        true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(name)));
        socket.setSSLParameters(parameters);
        socket.startHandshake();
        return socket;
    }

    private static final class Anybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String type) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String type) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }

    private static void until(BooleanSupplier condition) {
        long begun = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun)).isLessThan(30);
            LockSupport.parkNanos(2_000_000);
        }
    }
}
