package io.echelon.controlplane;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/** A certificate authority of a test. */
final class TestAuthority {
    private static final AtomicLong SERIAL = new AtomicLong(1);

    final KeyPair keys;
    final X509Certificate certificate;

    private TestAuthority(KeyPair keys, X509Certificate certificate) {
        this.keys = keys;
        this.certificate = certificate;
    }

    static TestAuthority make() throws Exception {
        KeyPair keys = keys("EC", 256);
        X500Principal name = new X500Principal("CN=Test authority");
        JcaX509v3CertificateBuilder builder =
                new JcaX509v3CertificateBuilder(
                        name,
                        BigInteger.valueOf(SERIAL.getAndIncrement()),
                        Date.from(Instant.now().minus(Duration.ofDays(1))),
                        Date.from(Instant.now().plus(Duration.ofDays(100))),
                        name,
                        keys.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
        return new TestAuthority(keys, signed(builder, keys));
    }

    static KeyPair keys(String algorithm, int bits) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        generator.initialize(bits);
        return generator.generateKeyPair();
    }

    /** A server's certificate that is valid for so long from now, or was. */
    X509Certificate issue(KeyPair subject, Duration valid, String... names) throws Exception {
        return issue(subject, valid, KeyPurposeId.id_kp_serverAuth, names);
    }

    X509Certificate issue(KeyPair subject, Duration valid, KeyPurposeId purpose, String... names)
            throws Exception {
        return issue(subject.getPublic(), valid, new ExtendedKeyUsage(purpose), names);
    }

    X509Certificate issue(
            PublicKey subject, Duration valid, ExtendedKeyUsage purposes, String... names)
            throws Exception {
        JcaX509v3CertificateBuilder builder =
                new JcaX509v3CertificateBuilder(
                        certificate,
                        BigInteger.valueOf(SERIAL.getAndIncrement()),
                        Date.from(Instant.now().minus(Duration.ofDays(30))),
                        Date.from(Instant.now().plus(valid)),
                        new X500Principal("CN=server"),
                        subject);
        builder.addExtension(Extension.extendedKeyUsage, false, purposes);
        builder.addExtension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(
                        List.of(names).stream()
                                .map(name -> new GeneralName(GeneralName.dNSName, name))
                                .toArray(GeneralName[]::new)));
        return signed(builder, keys);
    }

    private static X509Certificate signed(JcaX509v3CertificateBuilder builder, KeyPair keys)
            throws Exception {
        return new JcaX509CertificateConverter()
                .getCertificate(
                        builder.build(
                                new JcaContentSignerBuilder("SHA256withECDSA")
                                        .build(keys.getPrivate())));
    }

    /** Certificates, or keys, one after the other. */
    static String pem(Object... objects) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            for (Object object : objects) {
                writer.writeObject(object);
            }
        }
        return text.toString();
    }

    /** A private key as OpenSSL wrote it once: PKCS #1, or SEC 1 with its curve. */
    static String olderKeyPem(KeyPair keys) throws IOException {
        if (keys.getPrivate().getAlgorithm().equals("RSA")) {
            return pem(keys.getPrivate());
        }
        PrivateKeyInfo info = PrivateKeyInfo.getInstance(keys.getPrivate().getEncoded());
        int bits =
                ((ECPublicKey) keys.getPublic()).getParams().getCurve().getField().getFieldSize();
        return pem(
                new PemObject(
                        "EC PRIVATE KEY",
                        new ECPrivateKey(
                                        bits,
                                        ECPrivateKey.getInstance(info.parsePrivateKey()).getKey(),
                                        info.getPrivateKeyAlgorithm().getParameters())
                                .getEncoded()));
    }

    /** A private key as PKCS #8. */
    static String keyPem(KeyPair keys) throws IOException {
        return pem(new PemObject("PRIVATE KEY", keys.getPrivate().getEncoded()));
    }
}
