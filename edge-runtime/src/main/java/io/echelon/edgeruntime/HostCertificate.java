package io.echelon.edgeruntime;

import io.echelon.tenants.CertificateRecord;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.SealingKey;
import java.io.ByteArrayInputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;

/**
 * The certificate of a host of a tenant's own, ready for handshakes.
 *
 * @param fingerprint by which it is known
 * @param keyAlgorithm {@code EC} or {@code RSA}
 */
record HostCertificate(
        String fingerprint, String keyAlgorithm, PrivateKey key, List<X509Certificate> chain) {
    HostCertificate {
        chain = List.copyOf(chain);
    }

    /** Opens what the store has. */
    static HostCertificate open(CertificateRecord record, SealingKey key) {
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            List<X509Certificate> chain = new ArrayList<>();
            for (byte[] certificate : record.chain()) {
                chain.add(
                        (X509Certificate)
                                factory.generateCertificate(new ByteArrayInputStream(certificate)));
            }
            return new HostCertificate(
                    record.fingerprint(),
                    record.keyAlgorithm(),
                    KeyFactory.getInstance(record.keyAlgorithm())
                            .generatePrivate(new PKCS8EncodedKeySpec(record.open(key))),
                    chain);
        } catch (GeneralSecurityException e) {
            throw new EchelonException(
                    ErrorCode.INTERNAL,
                    "The certificate of %s is damaged".formatted(record.host()),
                    e);
        }
    }

    @Override
    public String toString() {
        return "HostCertificate[" + fingerprint + "]";
    }
}
