package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.tenants.EchelonException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class TlsTest {
    private final Clock clock = Clock.systemUTC();
    @TempDir Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "hello.localhost",
                "hello--v3.localhost",
                "a--b--v12.localhost",
                "localhost"
            })
    void answersEveryNameWithACertificateThatNamesIt(String name) throws Exception {
        LocalAuthority authority = LocalAuthority.open(folder, clock);
        try (PublicFixture node = tls(authority);
                SSLSocket socket = connect(node.port, name, authority, "h2", "http/1.1")) {
            assertThat(socket.getApplicationProtocol()).isEqualTo("h2");
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.3");
        }
    }

    @Test
    void refusesNamesThatAreNotThePlatforms() throws Exception {
        LocalAuthority authority = LocalAuthority.open(folder, clock);
        try (PublicFixture node = tls(authority)) {
            assertThatThrownBy(() -> connect(node.port, "example.com", authority, "http/1.1"))
                    .isInstanceOf(SSLHandshakeException.class);
        }
    }

    @Test
    void speaksTls12AndNothingOlder() throws Exception {
        LocalAuthority authority = LocalAuthority.open(folder, clock);
        try (PublicFixture node = tls(authority);
                SSLSocket socket = socket(node.port, "hello.localhost", authority, "http/1.1")) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.startHandshake();
            assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.2");
            socket.getOutputStream()
                    .write(
                            "GET /url HTTP/1.1|Host: hello.localhost||"
                                    .replace("|", "\r\n")
                                    .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            assertThat(PublicFixture.readOne(socket.getInputStream()))
                    .endsWith("GET https://hello.localhost/url");
        }
    }

    @Test
    void sharesOneAuthorityAmongNodesAndKeepsItsKeyToItself() throws Exception {
        LocalAuthority first = LocalAuthority.open(folder, clock);
        LocalAuthority second = LocalAuthority.open(folder, clock);
        assertThat(second.certificate()).isEqualTo(first.certificate());
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(
                                        folder.resolve(LocalAuthority.KEY_FILE))))
                .isEqualTo("rw-------");
        X509Certificate leaf =
                new SniCertificates(second, "localhost", clock).certificate("hello.localhost");
        leaf.verify(first.certificate().getPublicKey());
    }

    @Test
    void makesAnAuthorityAndItsCertificatesAnewBeforeTheyExpire() {
        LocalAuthority old = LocalAuthority.open(folder, clock);
        SniCertificates certificates = new SniCertificates(old, "localhost", clock);
        X509Certificate leaf = certificates.certificate("hello.localhost");
        assertThat(certificates.certificate("hello.localhost")).isSameAs(leaf);
        Clock late = Clock.offset(clock, Duration.ofDays(3_600));
        assertThat(LocalAuthority.open(folder, late).certificate()).isNotEqualTo(old.certificate());
    }

    @Test
    void refusesADamagedAuthority() throws Exception {
        var _ = LocalAuthority.open(folder, clock);
        Files.writeString(folder.resolve(LocalAuthority.KEY_FILE), "nonsense");
        assertThatThrownBy(() -> LocalAuthority.open(folder, clock))
                .isInstanceOf(EchelonException.class)
                .hasMessageContaining("damaged");
    }

    private PublicFixture tls(LocalAuthority authority) {
        return new PublicFixture(
                AdmissionPolicy.DEFAULT,
                null,
                new SniCertificates(authority, "localhost", clock),
                List.of());
    }

    private static SSLSocket connect(
            int port, String name, LocalAuthority authority, String... protocols) throws Exception {
        SSLSocket socket = socket(port, name, authority, protocols);
        socket.startHandshake();
        return socket;
    }

    private static SSLSocket socket(
            int port, String name, LocalAuthority authority, String... protocols) throws Exception {
        KeyStore trusted = KeyStore.getInstance(KeyStore.getDefaultType());
        trusted.load(null, null);
        trusted.setCertificateEntry("authority", authority.certificate());
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(
                                        new java.net.Socket(InetAddress.getLoopbackAddress(), port),
                                        name,
                                        port,
                                        true);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setServerNames(List.of(new SNIHostName(name)));
        parameters.setEndpointIdentificationAlgorithm("HTTPS");
        parameters.setApplicationProtocols(protocols);
        socket.setSSLParameters(parameters);
        return socket;
    }
}
