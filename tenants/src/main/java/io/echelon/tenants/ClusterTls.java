package io.echelon.tenants;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509KeyManager;
import javax.net.ssl.X509TrustManager;

/**
 * A certificate of the platform's authority and its key, by which parts of the platform on several
 * machines prove to each other who they are. Names in certificates say what their owners are, not
 * where they are: {@link #PLATFORM} is a part that has the store or the control plane, and {@link
 * #nameOf} a node.
 *
 * <p>Thread safety: any thread.
 */
public final class ClusterTls {
    /** The DNS name in certificates of parts that others take orders and secrets from. */
    public static final String PLATFORM = "platform.echelon.internal";

    /** The only protocol that is spoken. */
    public static final String PROTOCOL = "TLSv1.3";

    private static final String NODES = ".node.echelon.internal";
    private static final String RESERVED = "echelon.internal";
    private static final String FOR_SERVERS = "1.3.6.1.5.5.7.3.1";
    private static final String FOR_CLIENTS = "1.3.6.1.5.5.7.3.2";
    private static final int DNS_NAME = 2;

    private final X509Certificate certificate;
    private final X509Certificate authority;
    private final KeyManager[] keys;
    private final X509TrustManager chain;

    private ClusterTls(X509Certificate certificate, PrivateKey key, X509Certificate authority)
            throws GeneralSecurityException, IOException {
        this.certificate = certificate;
        this.authority = authority;
        char[] none = {};
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, none);
        own.setKeyEntry("own", key, none, new Certificate[] {certificate});
        KeyManagerFactory ownKeys = KeyManagerFactory.getInstance("PKIX");
        ownKeys.init(own, none);
        this.keys = ownKeys.getKeyManagers();
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, none);
        trusted.setCertificateEntry("authority", authority);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        this.chain = (X509TrustManager) trust.getTrustManagers()[0];
    }

    /** The DNS name in the certificate of a node. */
    public static String nameOf(String node) {
        return node + NODES;
    }

    /** Whether a host's name is one that only certificates of the platform's parts may have. */
    public static boolean isReserved(String host) {
        String name = host.toLowerCase(Locale.ROOT);
        return name.equals(RESERVED) || name.endsWith("." + RESERVED);
    }

    /** With a certificate of an authority, and its key. */
    public static ClusterTls of(
            X509Certificate certificate, PrivateKey key, X509Certificate authority) {
        try {
            return new ClusterTls(certificate, key, authority);
        } catch (GeneralSecurityException | IOException e) {
            throw new EchelonException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "The node's certificate and its key cannot be used together",
                    e);
        }
    }

    /**
     * Reads PEM files.
     *
     * @param key PKCS #8
     * @throws EchelonException INVALID_CONFIGURATION when a file cannot be read or does not fit
     */
    public static ClusterTls read(Path certificate, Path key, Path authority) {
        try {
            return new ClusterTls(
                    certificate(Files.readString(certificate)),
                    privateKey(Files.readString(key)),
                    certificate(Files.readString(authority)));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new EchelonException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "The certificate %s, its key %s and its authority %s cannot be used together; all must be PEM files and the key PKCS #8"
                            .formatted(certificate, key, authority),
                    e);
        }
    }

    /** The certificate in a text of PEM. */
    public static X509Certificate certificate(String pem) throws CertificateException {
        return (X509Certificate)
                CertificateFactory.getInstance("X.509")
                        .generateCertificate(
                                new ByteArrayInputStream(pem.getBytes(StandardCharsets.UTF_8)));
    }

    private static PrivateKey privateKey(String pem) throws GeneralSecurityException {
        String text = pem.replaceAll("-----(BEGIN|END) PRIVATE KEY-----", "");
        return KeyFactory.getInstance("EC")
                .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(text)));
    }

    /** The SHA-256 of a certificate, in hexadecimal digits. */
    public static String digest(X509Certificate certificate) throws CertificateException {
        return sha256(certificate.getEncoded());
    }

    /** The SHA-256 of a public key, in hexadecimal digits. */
    public static String digest(PublicKey key) {
        return sha256(key.getEncoded());
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (GeneralSecurityException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }

    /** What a certificate says that its owner is; those for public hosts say nothing. */
    public static List<String> names(X509Certificate shown) {
        try {
            List<String> purposes = shown.getExtendedKeyUsage();
            Collection<List<?>> names = shown.getSubjectAlternativeNames();
            if (names == null
                    || purposes == null
                    || !purposes.containsAll(List.of(FOR_SERVERS, FOR_CLIENTS))) {
                return List.of();
            }
            return names.stream()
                    .filter(name -> name.get(0).equals(DNS_NAME))
                    .map(name -> String.valueOf(name.get(1)))
                    .toList();
        } catch (CertificateException e) {
            return List.of();
        }
    }

    /** The certificate by which this part shows who it is. */
    public X509Certificate certificate() {
        return certificate;
    }

    /** That of the platform's authority. */
    public X509Certificate authority() {
        return authority;
    }

    /** For connections to who has a name, and to nobody else, wherever it is. */
    public SSLContext to(String name) {
        try {
            SSLContext context = SSLContext.getInstance(PROTOCOL);
            context.init(keys, new TrustManager[] {new Named(chain, name)}, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM has no " + PROTOCOL, e);
        }
    }

    /** What a server shows. */
    public X509KeyManager keys() {
        return Arrays.stream(keys)
                .filter(X509KeyManager.class::isInstance)
                .map(X509KeyManager.class::cast)
                .findFirst()
                .orElseThrow();
    }

    /** What a server believes: every certificate of the authority. Who may do what is for later. */
    public X509TrustManager trust() {
        return chain;
    }

    /** What a client believes that asks for who has a name, and for nobody else. */
    public X509TrustManager trust(String name) {
        return new Named(chain, name);
    }

    /** Believes the authority, of one name alone; addresses prove nothing. */
    private static final class Named extends X509ExtendedTrustManager {
        private final X509TrustManager chain;
        private final String name;

        Named(X509TrustManager chain, String name) {
            this.chain = chain;
            this.name = name;
        }

        @Override
        public void checkServerTrusted(X509Certificate[] shown, String type)
                throws CertificateException {
            chain.checkServerTrusted(shown, type);
            if (!names(shown[0]).contains(name)) {
                throw new CertificateException(
                        "The certificate that is shown is not that of %s".formatted(name));
            }
        }

        @Override
        public void checkServerTrusted(X509Certificate[] shown, String type, Socket socket)
                throws CertificateException {
            checkServerTrusted(shown, type);
        }

        @Override
        public void checkServerTrusted(X509Certificate[] shown, String type, SSLEngine engine)
                throws CertificateException {
            checkServerTrusted(shown, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] shown, String type)
                throws CertificateException {
            throw new CertificateException("This is for connections to others");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] shown, String type, Socket socket)
                throws CertificateException {
            checkClientTrusted(shown, type);
        }

        @Override
        public void checkClientTrusted(X509Certificate[] shown, String type, SSLEngine engine)
                throws CertificateException {
            checkClientTrusted(shown, type);
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return chain.getAcceptedIssuers();
        }
    }
}
