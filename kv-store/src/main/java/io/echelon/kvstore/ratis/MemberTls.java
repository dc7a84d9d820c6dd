package io.echelon.kvstore.ratis;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;

/**
 * A member's certificate and key, and the authority that all members of its group have theirs from.
 * With it members talk TLS 1.3, and each proves to the other who it is: the certificate has the
 * name {@link #nameOf} among its DNS names, and allows to be used by clients and by servers.
 *
 * <p>Thread safety: any thread.
 */
public final class MemberTls {
    private static final String PROTOCOL = "TLSv1.3";
    private static final int DNS_NAME = 2;

    private final SSLContext context;

    private MemberTls(SSLContext context) {
        this.context = context;
    }

    /** The DNS name that the certificate of a member must have. */
    public static String nameOf(String member) {
        return member + ".store.echelon.internal";
    }

    /**
     * Reads PEM files.
     *
     * @param certificates the member's certificate, and what lies between it and the authority
     * @param key its private key, PKCS #8
     * @param authority certificate of the authority
     * @throws EchelonException INVALID_CONFIGURATION when a file cannot be read or does not fit
     */
    public static MemberTls read(Path certificates, Path key, Path authority) {
        try {
            return of(
                    certificates(certificates),
                    privateKey(key),
                    certificates(authority).getFirst());
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new EchelonException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "The replica's certificate %s, its key %s and its authority %s cannot be used together; all must be PEM files and the key PKCS #8"
                            .formatted(certificates, key, authority),
                    e);
        }
    }

    static MemberTls of(List<X509Certificate> chain, PrivateKey key, X509Certificate authority)
            throws GeneralSecurityException, IOException {
        char[] none = {};
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, none);
        own.setKeyEntry("member", key, none, chain.toArray(Certificate[]::new));
        KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
        keys.init(own, none);
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, none);
        trusted.setCertificateEntry("authority", authority);
        TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
        trust.init(trusted);
        SSLContext context = SSLContext.getInstance(PROTOCOL);
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return new MemberTls(context);
    }

    private static List<X509Certificate> certificates(Path file)
            throws IOException, CertificateException {
        List<X509Certificate> certificates = new ArrayList<>();
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        for (Certificate certificate :
                factory.generateCertificates(new ByteArrayInputStream(Files.readAllBytes(file)))) {
            certificates.add((X509Certificate) certificate);
        }
        if (certificates.isEmpty()) {
            throw new CertificateException("There is no certificate in " + file);
        }
        return certificates;
    }

    private static PrivateKey privateKey(Path file) throws IOException, GeneralSecurityException {
        String text =
                Files.readString(file, StandardCharsets.US_ASCII)
                        .replaceAll("-----(BEGIN|END) PRIVATE KEY-----", "");
        PKCS8EncodedKeySpec encoded = new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(text));
        try {
            return KeyFactory.getInstance("EC").generatePrivate(encoded);
        } catch (GeneralSecurityException e) {
            return KeyFactory.getInstance("RSA").generatePrivate(encoded);
        }
    }

    /** Secures a connection that this member has made, and makes sure who is at its other end. */
    Socket toMember(Socket plain, String member) throws IOException {
        SSLSocket socket = secured(plain);
        socket.setUseClientMode(true);
        socket.startHandshake();
        requireMember(socket, member);
        return socket;
    }

    /** Secures a connection that someone has made who shows a certificate of the authority. */
    Socket fromMember(Socket plain) throws IOException {
        SSLSocket socket = secured(plain);
        socket.setUseClientMode(false);
        socket.setNeedClientAuth(true);
        socket.startHandshake();
        return socket;
    }

    private SSLSocket secured(Socket plain) throws IOException {
        SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(
                                        plain,
                                        plain.getInetAddress().getHostAddress(),
                                        plain.getPort(),
                                        true);
        socket.setEnabledProtocols(new String[] {PROTOCOL});
        return socket;
    }

    /** Refuses whoever is at the other end unless its certificate names the member. */
    static void requireMember(Socket socket, String member) throws IOException {
        if (!(socket instanceof SSLSocket secured)) {
            return;
        }
        try {
            X509Certificate shown = (X509Certificate) secured.getSession().getPeerCertificates()[0];
            Collection<List<?>> names = shown.getSubjectAlternativeNames();
            if (names != null) {
                for (List<?> name : names) {
                    if (name.get(0).equals(DNS_NAME) && name.get(1).equals(nameOf(member))) {
                        return;
                    }
                }
            }
        } catch (CertificateException e) {
            throw new SSLException("A certificate cannot be read", e);
        }
        throw new SSLException(
                "The certificate of %s does not name %s"
                        .formatted(socket.getRemoteSocketAddress(), nameOf(member)));
    }
}
