package io.echelon.controlplane;

import java.io.IOException;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.connector.HttpConnector;
import org.shredzone.acme4j.connector.NetworkSettings;
import org.shredzone.acme4j.provider.GenericAcmeProvider;

/** How any certificate authority that speaks ACME is reached. */
final class AcmeHttp extends GenericAcmeProvider {
    private final @Nullable SSLContext trusted;

    /**
     * @param roots a file with those, in PEM, that the authority's own certificate comes from; null
     *     for those of the JDK
     */
    AcmeHttp(@Nullable Path roots) {
        try {
            this.trusted = roots == null ? null : trusting(roots);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("ECHELON_ACME_CA can no longer be read", e);
        }
    }

    /** Trusts the certificates of a file alone; fails when there are none. */
    static SSLContext trusting(Path roots) throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        try (var in = Files.newInputStream(roots)) {
            for (Certificate root :
                    CertificateFactory.getInstance("X.509").generateCertificates(in)) {
                store.setCertificateEntry("root " + store.size(), root);
            }
        }
        if (store.size() == 0) {
            throw new IOException("No certificate in " + roots);
        }
        TrustManagerFactory trust =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return context;
    }

    @Override
    protected HttpConnector createHttpConnector(NetworkSettings settings) {
        return new HttpConnector(settings) {
            @Override
            public HttpClient.Builder createClientBuilder() {
                HttpClient.Builder builder = super.createClientBuilder();
                return trusted == null ? builder : builder.sslContext(trusted);
            }
        };
    }
}
