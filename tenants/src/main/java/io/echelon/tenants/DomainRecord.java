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
 * @param renewal when the certificate authority is asked for the next one; null when it is not
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
        @Nullable Certificate certificate,
        @Nullable Renewal renewal) {
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

    /** How far a certificate authority is with a host's next certificate. */
    public enum RenewalState {
        /** It is to be asked for the first time, or again because somebody wants it to be. */
        ORDERED,
        /** It is being asked; who asks has died if this lasts until it is due. */
        ASKING,
        /** It issued one, and is asked for the next in time. */
        ISSUED,
        /** It refused, or could not be asked, and is asked again. */
        FAILED
    }

    /**
     * What a certificate authority is asked for.
     *
     * @param due when it is asked next
     * @param failures how often in a row it was asked for nothing
     * @param problem what was wrong last, and the way out; null when nothing is
     */
    public record Renewal(
            RenewalState state, Instant due, int failures, @Nullable String problem) {}

    public DomainRecord {
        Checks.range("hstsSeconds", hstsSeconds, 0, HSTS_SECONDS_MAX);
    }

    /** A host that somebody says is the tenant's. */
    public static DomainRecord claimed(
            DomainName host, TenantName tenant, AppName app, String challenge, Instant now) {
        return new DomainRecord(
                host, tenant, app, challenge, now, null, Plain.SERVE, 0, null, null);
    }

    public boolean isVerified() {
        return verifiedAt != null;
    }

    public DomainRecord verified(Instant now) {
        return new DomainRecord(
                host,
                tenant,
                app,
                challenge,
                createdAt,
                now,
                plain,
                hstsSeconds,
                certificate,
                renewal);
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
                certificate,
                renewal);
    }

    /**
     * The same with another certificate.
     *
     * @param newRenewal null when the tenant renews it
     */
    public DomainRecord with(@Nullable Certificate newCertificate, @Nullable Renewal newRenewal) {
        return new DomainRecord(
                host,
                tenant,
                app,
                challenge,
                createdAt,
                verifiedAt,
                plain,
                hstsSeconds,
                newCertificate,
                newRenewal);
    }
}
