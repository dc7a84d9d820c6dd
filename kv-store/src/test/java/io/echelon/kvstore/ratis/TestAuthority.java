package io.echelon.kvstore.ratis;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority of a test. */
final class TestAuthority {
    private static final X500Principal NAME = new X500Principal("CN=Authority of a test");

    private final KeyPair pair = newPair();
    private final X509Certificate certificate;

    /** What a member shows, and its key. */
    record Identity(X509Certificate certificate, PrivateKey key) {}

    private enum Role {
        AUTHORITY,
        MEMBER
    }

    TestAuthority() throws GeneralSecurityException, IOException {
        certificate = sign(NAME, pair, new KeyPurposeId[0], Role.AUTHORITY);
    }

    X509Certificate certificate() {
        return certificate;
    }

    /** What a member of a group has. */
    MemberTls member(String member) throws GeneralSecurityException, IOException {
        return tls(
                identity(
                        MemberTls.nameOf(member),
                        KeyPurposeId.id_kp_serverAuth,
                        KeyPurposeId.id_kp_clientAuth));
    }

    MemberTls tls(Identity identity) throws GeneralSecurityException, IOException {
        return MemberTls.of(List.of(identity.certificate()), identity.key(), certificate);
    }

    Identity identity(String dnsName, KeyPurposeId... purposes)
            throws GeneralSecurityException, IOException {
        KeyPair own = newPair();
        return new Identity(
                sign(new X500Principal("CN=" + dnsName), own, purposes, Role.MEMBER),
                own.getPrivate());
    }

    /** Writes the PEM files of a member into a folder: certificate.pem, key.pem, authority.pem. */
    void write(Path folder, String member) throws GeneralSecurityException, IOException {
        Identity identity =
                identity(
                        MemberTls.nameOf(member),
                        KeyPurposeId.id_kp_serverAuth,
                        KeyPurposeId.id_kp_clientAuth);
        Files.createDirectories(folder);
        pem(folder.resolve("certificate.pem"), "CERTIFICATE", identity.certificate().getEncoded());
        pem(folder.resolve("key.pem"), "PRIVATE KEY", identity.key().getEncoded());
        pem(folder.resolve("authority.pem"), "CERTIFICATE", certificate.getEncoded());
    }

    private static void pem(Path file, String type, byte[] content) throws IOException {
        Files.writeString(
                file,
                "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                        .formatted(
                                type,
                                Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                                        .encodeToString(content),
                                type));
    }

    private static KeyPair newPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

    private X509Certificate sign(
            X500Principal subject, KeyPair own, KeyPurposeId[] purposes, Role role)
            throws GeneralSecurityException, IOException {
        Instant now = Instant.now();
        try {
            JcaX509v3CertificateBuilder builder =
                    new JcaX509v3CertificateBuilder(
                            NAME,
                            BigInteger.valueOf(now.toEpochMilli()).shiftLeft(16),
                            Date.from(now.minus(Duration.ofHours(1))),
                            Date.from(now.plus(Duration.ofDays(1))),
                            subject,
                            own.getPublic());
            builder.addExtension(
                    Extension.basicConstraints, true, new BasicConstraints(role == Role.AUTHORITY));
            if (role == Role.MEMBER) {
                builder.addExtension(
                        Extension.subjectAlternativeName,
                        false,
                        new GeneralNames(
                                new GeneralName(
                                        GeneralName.dNSName, subject.getName().substring(3))));
                builder.addExtension(
                        Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
            }
            return new JcaX509CertificateConverter()
                    .getCertificate(
                            builder.build(
                                    new JcaContentSignerBuilder("SHA256withECDSA")
                                            .build(pair.getPrivate())));
        } catch (OperatorCreationException e) {
            throw new GeneralSecurityException(e);
        }
    }
}
