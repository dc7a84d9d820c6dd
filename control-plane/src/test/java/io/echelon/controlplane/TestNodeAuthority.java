package io.echelon.controlplane;

import io.echelon.tenants.ClusterTls;
import java.io.StringReader;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.spec.X509EncodedKeySpec;
import java.time.Duration;
import java.util.Base64;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.pkcs.PKCS10CertificationRequest;
import org.bouncycastle.pkcs.jcajce.JcaPKCS10CertificationRequest;

/** The authority's key, in place of a node that has it. */
record TestNodeAuthority(TestAuthority authority) implements NodeAuthority {
    private static final Duration VALID = Duration.ofDays(10);

    @Override
    public Issued ofNode(String node, String csr) {
        try (PEMParser parser = new PEMParser(new StringReader(csr))) {
            return issued(
                    new JcaPKCS10CertificationRequest(
                                    (PKCS10CertificationRequest) parser.readObject())
                            .getPublicKey(),
                    ClusterTls.nameOf(node));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public Issued ofPlatform(String publicKey) {
        try {
            return issued(
                    KeyFactory.getInstance("EC")
                            .generatePublic(
                                    new X509EncodedKeySpec(Base64.getDecoder().decode(publicKey))),
                    ClusterTls.PLATFORM);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private Issued issued(PublicKey key, String name) throws Exception {
        X509Certificate certificate =
                authority.issue(
                        key,
                        VALID,
                        new ExtendedKeyUsage(
                                new KeyPurposeId[] {
                                    KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                                }),
                        name);
        return new Issued(
                TestAuthority.pem(certificate),
                TestAuthority.pem(authority.certificate),
                ClusterTls.digest(key));
    }
}
