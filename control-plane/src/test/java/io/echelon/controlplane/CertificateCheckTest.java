package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.tenants.DomainName;
import io.echelon.tenants.EchelonException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import org.bouncycastle.asn1.pkcs.EncryptedPrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.util.io.pem.PemObject;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class CertificateCheckTest {
    private static final DomainName HOST = new DomainName("www.shop.example");
    private static final Duration MONTH = Duration.ofDays(30);

    private TestAuthority authority;
    private KeyPair keys;

    @BeforeEach
    void make() throws Exception {
        authority = TestAuthority.make();
        keys = TestAuthority.keys("EC", 256);
    }

    private static CertificateCheck check(String certificates, String key) {
        return CertificateCheck.of(HOST, certificates, key, Instant.now());
    }

    private void assertRefused(String certificates, String key, String why) {
        assertThatThrownBy(() -> check(certificates, key))
                .isInstanceOf(EchelonException.class)
                .hasMessageContaining(why);
    }

    @ParameterizedTest
    @CsvSource({"EC, 256", "EC, 384", "RSA, 2048"})
    void takesAChainWithItsKeyInAnyOfTheirForms(String algorithm, int bits) throws Exception {
        keys = TestAuthority.keys(algorithm, bits);
        X509Certificate own = authority.issue(keys, MONTH, "shop.example", "WWW.shop.example");
        String chain = TestAuthority.pem(own, authority.certificate);

        CertificateCheck checked = check(chain, TestAuthority.keyPem(keys));

        assertThat(checked.chain()).containsExactly(own, authority.certificate);
        assertThat(checked.keyAlgorithm()).isEqualTo(algorithm);
        assertThat(checked.key()).isEqualTo(keys.getPrivate());
        assertThat(checked.fingerprint()).hasSize(64);
        assertThat(check(chain, TestAuthority.olderKeyPem(keys)).key().getAlgorithm())
                .as("in the older form")
                .isEqualTo(algorithm);
        assertThat(checked.toString()).doesNotContain(keys.getPrivate().toString());
    }

    @Test
    void takesAWildcardOneLabelAboveAndNoOther() throws Exception {
        String key = TestAuthority.keyPem(keys);
        check(TestAuthority.pem(authority.issue(keys, MONTH, "*.shop.example")), key);
        assertRefused(
                TestAuthority.pem(authority.issue(keys, MONTH, "*.example", "shop.example")),
                key,
                "is for *.example, shop.example and not for www.shop.example");
    }

    @Test
    void refusesAKeyThatIsNotTheCertificates() throws Exception {
        String chain = TestAuthority.pem(authority.issue(keys, MONTH, HOST.value()));
        assertRefused(
                chain,
                TestAuthority.keyPem(TestAuthority.keys("EC", 256)),
                "not that of the first certificate");
        assertRefused(
                chain,
                TestAuthority.keyPem(TestAuthority.keys("RSA", 2048)),
                "not that of the first certificate");
    }

    @Test
    void refusesKeysThatBrowsersRefuse() throws Exception {
        KeyPair weak = TestAuthority.keys("RSA", 1024);
        assertRefused(
                TestAuthority.pem(authority.issue(weak, MONTH, HOST.value())),
                TestAuthority.keyPem(weak),
                "RSA of a size or kind that browsers refuse");
    }

    @Test
    void refusesAChainOutOfOrder() throws Exception {
        X509Certificate own = authority.issue(keys, MONTH, HOST.value());
        String key = TestAuthority.keyPem(keys);
        assertRefused(
                TestAuthority.pem(own, TestAuthority.make().certificate),
                key,
                "Certificate 1 was not issued by certificate 2");
        assertRefused(TestAuthority.pem(own, own), key, "was not issued by");
        assertRefused(TestAuthority.pem(authority.certificate, own), key, "not that of the first");
    }

    @Test
    void refusesWhatHasExpired() throws Exception {
        assertRefused(
                TestAuthority.pem(authority.issue(keys, Duration.ofSeconds(-5), HOST.value())),
                TestAuthority.keyPem(keys),
                "which is not now");
    }

    @Test
    void refusesACertificateThatIsNotAServers() throws Exception {
        assertRefused(
                TestAuthority.pem(
                        authority.issue(keys, MONTH, KeyPurposeId.id_kp_clientAuth, HOST.value())),
                TestAuthority.keyPem(keys),
                "not one of a server");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "nonsense",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                "-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n",
                "-----BEGIN CERTIFICATE-----\n"
            })
    void refusesWhatIsNotPem(String text) throws Exception {
        String key = TestAuthority.keyPem(keys);
        assertThatThrownBy(() -> check(text, key)).isInstanceOf(EchelonException.class);
        String chain = TestAuthority.pem(authority.issue(keys, MONTH, HOST.value()));
        assertThatThrownBy(() -> check(chain, text)).isInstanceOf(EchelonException.class);
        assertRefused(key, key, "something else");
        assertRefused(chain, chain, "no private key");
        assertThatThrownBy(() -> check("x".repeat(70_000), key)).hasMessageContaining("65,536");
    }

    @Test
    void refusesAnEncryptedKeyWithAWayOut() throws Exception {
        String encrypted =
                TestAuthority.pem(
                        new PemObject(
                                "ENCRYPTED PRIVATE KEY",
                                new EncryptedPrivateKeyInfo(
                                                new AlgorithmIdentifier(
                                                        PKCSObjectIdentifiers.id_PBES2),
                                                new byte[16])
                                        .getEncoded()));
        assertRefused(
                TestAuthority.pem(authority.issue(keys, MONTH, HOST.value())),
                encrypted,
                "decrypt it first");
    }
}
