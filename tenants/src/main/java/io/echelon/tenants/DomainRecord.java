package io.echelon.tenants;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A host of a tenant's own that leads, once it is verified, to an app's production revision.
 *
 * @param challenge what the TXT record of {@link DomainName#challenge} has to say
 * @param verifiedAt when it was found there; null until then
 * @param plain what is answered without TLS
 * @param hstsSeconds how long browsers are told to come by TLS alone, 0 to {@value
 *     #HSTS_SECONDS_MAX}; 0 tells them nothing
 * @param certificate which certificate of its own the host has; null when it has none
 */
public record DomainRecord(
        DomainName host,
        TenantName tenant,
        AppName app,
        String challenge,
        Instant createdAt,
        @Nullable Instant verifiedAt,
        Plain plain,
        int hstsSeconds,
        @Nullable Certificate certificate) {
    /** Two years, which is what lists of such hosts ask for. */
    public static final int HSTS_SECONDS_MAX = 63_072_000;

    /** What is answered without TLS. */
    public enum Plain {
        /** The same as with TLS. */
        SERVE,
        /** That the caller is to come by TLS. */
        REDIRECT
    }

    /**
     * A certificate, of which the row {@link CertificateRecord} has the rest.
     *
     * @param fingerprint SHA-256 of the certificate, in hexadecimal digits
     * @param notAfter when it expires
     */
    public record Certificate(
            CertificateRecord.Source source, String fingerprint, Instant notAfter) {}

    public DomainRecord {
        Checks.range("hstsSeconds", hstsSeconds, 0, HSTS_SECONDS_MAX);
    }

    /** A host that somebody says is the tenant's. */
    public static DomainRecord claimed(
            DomainName host, TenantName tenant, AppName app, String challenge, Instant now) {
        return new DomainRecord(host, tenant, app, challenge, now, null, Plain.SERVE, 0, null);
    }

    public boolean isVerified() {
        return verifiedAt != null;
    }

    public DomainRecord verified(Instant now) {
        return new DomainRecord(
                host, tenant, app, challenge, createdAt, now, plain, hstsSeconds, certificate);
    }

    public DomainRecord with(Plain newPlain, int newHstsSeconds) {
        return new DomainRecord(
                host,
                tenant,
                app,
                challenge,
                createdAt,
                verifiedAt,
                newPlain,
                newHstsSeconds,
                certificate);
    }

    public DomainRecord with(@Nullable Certificate newCertificate) {
        return new DomainRecord(
                host,
                tenant,
                app,
                challenge,
                createdAt,
                verifiedAt,
                plain,
                hstsSeconds,
                newCertificate);
    }
}
