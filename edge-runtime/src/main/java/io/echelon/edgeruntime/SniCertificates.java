package io.echelon.edgeruntime;

import io.echelon.tenants.EchelonException;
import java.net.Socket;
import java.security.KeyPair;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import javax.net.ssl.X509ExtendedKeyManager;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * The certificates of the public TLS port, by the name that a caller asks for.
 *
 * <p>Clients refuse a wildcard directly below a top-level name such as {@code *.localhost}, so each
 * name below the base domain gets a certificate that names it, made when it is first asked for and
 * renewed when a third of its time is left. A host of a tenant's own has its own certificate, or
 * else one that is made in the same way. Others get the certificate of the base domain.
 *
 * <p><b>Thread safety.</b> May be used from any thread; making a certificate takes about a
 * millisecond.
 */
final class SniCertificates extends X509ExtendedKeyManager {
    private static final Logger LOG = Logger.getLogger(SniCertificates.class);
    private static final String KEY_TYPE = "EC";
    private static final int NAMES_MAX = 10_000;

    /** No host's name begins so. */
    private static final String OWN = "#";

    private static final Duration RENEWED_BEFORE = Duration.ofDays(10);

    private final HostAuthority authority;
    private final HostNames names;
    private final CustomDomain.Lookup domains;
    private final String baseDomain;
    private final Clock clock;
    private final KeyPair keyPair = LocalAuthority.newKeyPair();
    private final ConcurrentMap<String, X509Certificate> certificates = new ConcurrentHashMap<>();

    /** Tenants' own by their aliases, while handshakes may be under way that began with them. */
    private final Map<String, HostCertificate> served =
            Collections.synchronizedMap(
                    new LinkedHashMap<>(16, 0.75f, true) {
                        private static final long serialVersionUID = 1L;

                        @Override
                        protected boolean removeEldestEntry(
                                Map.Entry<String, HostCertificate> eldest) {
                            return size() > NAMES_MAX;
                        }
                    });

    SniCertificates(HostAuthority authority, String baseDomain, Clock clock) {
        this(authority, baseDomain, clock, CustomDomain.Lookup.NONE);
    }

    SniCertificates(
            HostAuthority authority, String baseDomain, Clock clock, CustomDomain.Lookup domains) {
        this.domains = domains;
        this.authority = authority;
        this.baseDomain = baseDomain.toLowerCase(Locale.ROOT);
        this.names = new HostNames(baseDomain);
        this.clock = clock;
    }

    /**
     * Gets the certificate of the base domain, so that no caller waits for the way to an authority
     * that was never asked, and there is one to show when it does not answer.
     */
    void prepare() {
        try {
            var _ = certificate(baseDomain);
        } catch (EchelonException e) {
            LOG.warnf("There is no certificate for %s yet: %s", baseDomain, e.reason());
        }
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
            String keyType, Principal @Nullable [] issuers, SSLEngine engine) {
        String name = nameOf(engine.getHandshakeSession());
        HostCertificate own = own(name);
        if (own == null) {
            return KEY_TYPE.equals(keyType) ? name : null;
        }
        if (!own.keyAlgorithm().equals(keyType)) {
            return null;
        }
        served.put(OWN + own.fingerprint(), own);
        return OWN + own.fingerprint();
    }

    /** The certificate that a host of a tenant's own has; null for others. */
    private @Nullable HostCertificate own(String name) {
        CustomDomain domain = domains.find(name);
        return domain == null ? null : domain.certificate();
    }

    @Override
    public X509Certificate[] getCertificateChain(String alias) {
        HostCertificate own = served.get(alias);
        if (own != null) {
            return own.chain().toArray(X509Certificate[]::new);
        }
        return new X509Certificate[] {certificate(alias), authority.certificate()};
    }

    @Override
    public PrivateKey getPrivateKey(String alias) {
        HostCertificate own = served.get(alias);
        return own == null ? keyPair.getPrivate() : own.key();
    }

    @Override
    public @Nullable String chooseServerAlias(
            String keyType, Principal @Nullable [] issuers, Socket socket) {
        return KEY_TYPE.equals(keyType) ? baseDomain : null;
    }

    @Override
    public String[] getServerAliases(String keyType, Principal @Nullable [] issuers) {
        return KEY_TYPE.equals(keyType) ? new String[] {baseDomain} : new String[0];
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal @Nullable [] issuers) {
        return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
            String[] keyTypes, Principal @Nullable [] issuers, @Nullable Socket socket) {
        return null;
    }

    /** The certificate for a name of this platform. */
    X509Certificate certificate(String name) {
        X509Certificate known = certificates.get(name);
        if (known != null && !isOld(known)) {
            return known;
        }
        if (certificates.size() >= NAMES_MAX) {
            certificates.clear();
        }
        List<String> subjects =
                name.equals(baseDomain)
                        ? List.of(baseDomain, "*." + baseDomain)
                        : List.of(name, baseDomain, "*." + baseDomain);
        try {
            X509Certificate issued = authority.issue(subjects, keyPair.getPublic());
            certificates.put(name, issued);
            return issued;
        } catch (EchelonException e) {
            X509Certificate next = known == null ? certificates.get(baseDomain) : known;
            if (next == null) {
                throw e;
            }
            return next;
        }
    }

    private boolean isOld(X509Certificate certificate) {
        Instant renewal = certificate.getNotAfter().toInstant().minus(RENEWED_BEFORE);
        return clock.instant().isAfter(renewal);
    }

    private String nameOf(SSLSession session) {
        if (session instanceof ExtendedSSLSession extended) {
            for (SNIServerName asked : extended.getRequestedServerNames()) {
                if (asked instanceof SNIHostName host) {
                    String name = host.getAsciiName().toLowerCase(Locale.ROOT);
                    if (names.isOurs(name) || domains.find(name) != null) {
                        return name;
                    }
                }
            }
        }
        return baseDomain;
    }
}
