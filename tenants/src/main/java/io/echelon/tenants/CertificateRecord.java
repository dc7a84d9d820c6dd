package io.echelon.tenants;

import java.security.SecureRandom;
import java.util.List;

/**
 * The certificate of a host, with its private key, sealed by the tenant's data key.
 *
 * @param chain the host's certificate and those between it and a root, each in DER
 * @param keyAlgorithm {@code EC} or {@code RSA}
 * @param sealedKey the private key as PKCS #8, sealed
 * @param fingerprint SHA-256 of the first certificate, in hexadecimal digits
 */
public record CertificateRecord(
        DomainName host,
        TenantName tenant,
        Source source,
        List<byte[]> chain,
        String keyAlgorithm,
        byte[] sealedKey,
        String fingerprint) {
    /** Who gave a certificate. */
    public enum Source {
        /** The tenant. */
        UPLOADED,
        /** A certificate authority that the platform asked, and asks again in time. */
        ACME
    }

    public CertificateRecord {
        chain = List.copyOf(chain);
    }

    /**
     * A host's certificate with its key sealed.
     *
     * @param key the private key as PKCS #8
     */
    public static CertificateRecord of(
            DomainRecord domain,
            Source source,
            List<byte[]> chain,
            String keyAlgorithm,
            byte[] key,
            String fingerprint,
            SealingKey sealing,
            SecureRandom random) {
        return new CertificateRecord(
                domain.host(),
                domain.tenant(),
                source,
                chain,
                keyAlgorithm,
                sealing.seal(key, purpose(domain.tenant(), domain.host(), fingerprint), random),
                fingerprint);
    }

    /** The private key as PKCS #8. */
    public byte[] open(SealingKey sealing) {
        return sealing.open(sealedKey, purpose(tenant, host, fingerprint));
    }

    private static String purpose(TenantName tenant, DomainName host, String fingerprint) {
        return "certificate %s of %s of %s".formatted(fingerprint, host, tenant);
    }
}
