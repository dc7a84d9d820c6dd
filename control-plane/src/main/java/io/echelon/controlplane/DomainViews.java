package io.echelon.controlplane;

import io.echelon.tenants.DomainRecord;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the API's routes of domains take and answer. */
public final class DomainViews {
    private DomainViews() {}

    /** Whether it is known whose a host is. */
    public enum State {
        PENDING,
        VERIFIED
    }

    /**
     * A host.
     *
     * @param record what DNS has to say before it leads anywhere
     * @param http what is answered without TLS
     * @param hstsSeconds how long browsers are told to come by TLS alone; 0 tells them nothing
     * @param certificate its own; null when it has none, so that callers get one of the platform's
     *     local authority
     * @param renewal how far the certificate authority is with the next one, and when it is asked;
     *     null when it is not
     */
    public record Domain(
            String host,
            String app,
            String tenant,
            State state,
            DnsRecord record,
            DomainRecord.Plain http,
            int hstsSeconds,
            DomainRecord.@Nullable Certificate certificate,
            DomainRecord.@Nullable Renewal renewal,
            Instant createdAt,
            @Nullable Instant verifiedAt) {
        static Domain of(DomainRecord domain) {
            return new Domain(
                    domain.host().value(),
                    domain.app().value(),
                    domain.tenant().value(),
                    domain.isVerified() ? State.VERIFIED : State.PENDING,
                    new DnsRecord("TXT", domain.host().challenge(), domain.challenge()),
                    domain.plain(),
                    domain.hstsSeconds(),
                    domain.certificate(),
                    domain.renewal(),
                    domain.createdAt(),
                    domain.verifiedAt());
        }
    }

    /** A record of DNS. */
    public record DnsRecord(String type, String name, String value) {}

    /**
     * A page of an app's hosts, by name.
     *
     * @param cursor where the next page begins; null when there is none
     */
    public record Domains(List<Domain> domains, @Nullable String cursor) {}

    /** A host to add, as its owner writes it. */
    public record Claim(String host) {}

    /**
     * What changes.
     *
     * @param http null leaves it as it is
     * @param hstsSeconds 0 to 63,072,000; null leaves it as it is
     */
    public record Changes(DomainRecord.@Nullable Plain http, @Nullable Integer hstsSeconds) {}

    /**
     * A certificate to use.
     *
     * @param certificate the host's, and those between it and a root, in PEM
     * @param key the private key, in PEM
     */
    public record Upload(String certificate, String key) {
        @Override
        public String toString() {
            return "Upload";
        }
    }
}
