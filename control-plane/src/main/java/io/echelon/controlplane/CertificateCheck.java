package io.echelon.controlplane;

import io.echelon.tenants.DomainName;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Limits;
import java.io.IOException;
import java.io.StringReader;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.jspecify.annotations.Nullable;

/**
 * A certificate with its private key, once it is sure that callers of a host can use it: the chain
 * is in order, the key is the certificate's, the host is among its names, and it is valid now.
 * Which root it leads to is not looked at, since callers may have one of their own.
 *
 * @param chain the host's certificate first
 */
record CertificateCheck(List<X509Certificate> chain, PrivateKey key) {
    private static final int PEM_MAX_CHARS = 64 * 1024;
    private static final int RSA_MIN_BITS = 2_048;
    private static final int RSA_MAX_BITS = 8_192;
    private static final Set<Integer> EC_BITS = Set.of(256, 384, 521);
    private static final int DNS_NAME = 2;
    private static final String SERVER = "1.3.6.1.5.5.7.3.1";
    private static final String ANY = "2.5.29.37.0";

    CertificateCheck {
        chain = List.copyOf(chain);
    }

    /**
     * Reads and checks.
     *
     * @param certificates in PEM
     * @param key in PEM: PKCS #8, or the older forms of RSA and EC keys
     */
    static CertificateCheck of(DomainName host, String certificates, String key, Instant now) {
        return of(host, chainOf(certificates), keyOf(key), now);
    }

    /**
     * Checks.
     *
     * @param chain the host's certificate first
     */
    static CertificateCheck of(
            DomainName host, List<X509Certificate> chain, PrivateKey key, Instant now) {
        if (chain.isEmpty()) {
            throw refuse(
                    "There is no certificate; send PEM, which begins with -----BEGIN CERTIFICATE");
        }
        CertificateCheck read = new CertificateCheck(chain, key);
        checkSize(read);
        X509Certificate first = chain.getFirst();
        checkKey(first.getPublicKey(), key);
        checkChain(chain);
        checkTime(chain, now);
        checkPurpose(first);
        checkNames(first, host);
        return read;
    }

    /** SHA-256 of the host's certificate, in hexadecimal digits. */
    String fingerprint() {
        return HexFormat.of().formatHex(Secrets.sha256().digest(encoded().getFirst()));
    }

    /** The chain in DER. */
    List<byte[]> encoded() {
        List<byte[]> encoded = new ArrayList<>();
        try {
            for (X509Certificate certificate : chain) {
                encoded.add(certificate.getEncoded());
            }
        } catch (GeneralSecurityException wasDecoded) {
            throw new IllegalStateException(wasDecoded);
        }
        return encoded;
    }

    /** {@code EC} or {@code RSA}. */
    String keyAlgorithm() {
        return chain.getFirst().getPublicKey().getAlgorithm();
    }

    Instant notAfter() {
        return chain.getFirst().getNotAfter().toInstant();
    }

    private static List<X509Certificate> chainOf(String pem) {
        List<X509Certificate> chain = new ArrayList<>();
        for (Object object : objects(pem, "certificate")) {
            if (!(object instanceof X509CertificateHolder holder)) {
                throw refuse("The certificate's file has something else in it, such as a key");
            }
            try {
                chain.add(new JcaX509CertificateConverter().getCertificate(holder));
            } catch (GeneralSecurityException e) {
                throw refuse("Certificate %d cannot be read".formatted(chain.size() + 1));
            }
        }
        return chain;
    }

    private static void checkSize(CertificateCheck read) {
        int bytes = read.encoded().stream().mapToInt(encoded -> encoded.length).sum();
        if (read.chain().size() > Limits.CERTIFICATE_CHAIN_MAX
                || bytes > Limits.CERTIFICATE_MAX_BYTES) {
            throw new EchelonException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "The chain has %d certificates of %,d bytes; at most %d of %,d are allowed"
                            .formatted(
                                    read.chain().size(),
                                    bytes,
                                    Limits.CERTIFICATE_CHAIN_MAX,
                                    Limits.CERTIFICATE_MAX_BYTES));
        }
    }

    private static PrivateKey keyOf(String pem) {
        for (Object object : objects(pem, "key")) {
            PrivateKeyInfo info =
                    switch (object) {
                        case PrivateKeyInfo alone -> alone;
                        case PEMKeyPair pair -> pair.getPrivateKeyInfo();
                        case PEMEncryptedKeyPair _ -> throw encrypted();
                        case PKCS8EncryptedPrivateKeyInfo _ -> throw encrypted();
                        default -> null; // the parameters of a curve stand before its key
                    };
            if (info != null) {
                try {
                    return new JcaPEMKeyConverter().getPrivateKey(info);
                } catch (IOException e) {
                    throw refuse("The private key is of a kind that is not known; use EC or RSA");
                }
            }
        }
        throw refuse("There is no private key; send PEM, which begins with -----BEGIN PRIVATE KEY");
    }

    private static EchelonException encrypted() {
        return refuse("The private key is encrypted; decrypt it first, such as with openssl pkey");
    }

    private static List<Object> objects(String pem, String what) {
        if (pem.length() > PEM_MAX_CHARS) {
            throw new EchelonException(
                    ErrorCode.PAYLOAD_TOO_LARGE,
                    "The %s is %,d characters; at most %,d are allowed"
                            .formatted(what, pem.length(), PEM_MAX_CHARS));
        }
        List<Object> objects = new ArrayList<>();
        try (PEMParser parser = new PEMParser(new StringReader(pem))) {
            for (@Nullable Object object = parser.readObject();
                    object != null;
                    object = parser.readObject()) {
                objects.add(object);
            }
        } catch (IOException | RuntimeException e) {
            throw refuse("The %s is not PEM that can be read".formatted(what));
        }
        return objects;
    }

    private static void checkKey(PublicKey certified, PrivateKey key) {
        boolean strong =
                switch (certified) {
                    case RSAPublicKey rsa ->
                            rsa.getModulus().bitLength() >= RSA_MIN_BITS
                                    && rsa.getModulus().bitLength() <= RSA_MAX_BITS;
                    case ECPublicKey ec ->
                            EC_BITS.contains(ec.getParams().getCurve().getField().getFieldSize());
                    default -> false;
                };
        if (!strong) {
            throw refuse(
                    "The certificate's key is %s of a size or kind that browsers refuse; use EC on P-256, P-384 or P-521, or RSA of %,d to %,d bits"
                            .formatted(certified.getAlgorithm(), RSA_MIN_BITS, RSA_MAX_BITS));
        }
        if (!certified.getAlgorithm().equals(key.getAlgorithm()) || !fits(certified, key)) {
            throw refuse("The private key is not that of the first certificate");
        }
    }

    private static boolean fits(PublicKey certified, PrivateKey key) {
        byte[] content = new byte[32];
        new SecureRandom().nextBytes(content);
        try {
            Signature signature =
                    Signature.getInstance(
                            certified instanceof ECPublicKey ? "SHA256withECDSA" : "SHA256withRSA");
            signature.initSign(key);
            signature.update(content);
            byte[] signed = signature.sign();
            signature.initVerify(certified);
            signature.update(content);
            return signature.verify(signed);
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private static void checkChain(List<X509Certificate> chain) {
        for (int i = 0; i + 1 < chain.size(); i++) {
            X509Certificate issuer = chain.get(i + 1);
            try {
                if (issuer.getBasicConstraints() < 0) {
                    throw new GeneralSecurityException("no authority");
                }
                chain.get(i).verify(issuer.getPublicKey());
            } catch (GeneralSecurityException e) {
                throw refuse(
                        "Certificate %d was not issued by certificate %d; begin with the host's own and let each be followed by its issuer's"
                                .formatted(i + 1, i + 2));
            }
        }
    }

    private static void checkTime(List<X509Certificate> chain, Instant now) {
        for (int i = 0; i < chain.size(); i++) {
            Instant begin = chain.get(i).getNotBefore().toInstant();
            Instant end = chain.get(i).getNotAfter().toInstant();
            if (now.isBefore(begin) || now.isAfter(end)) {
                throw refuse(
                        "Certificate %d is valid from %s to %s, which is not now"
                                .formatted(i + 1, begin, end));
            }
        }
    }

    private static void checkPurpose(X509Certificate certificate) {
        try {
            List<String> purposes = certificate.getExtendedKeyUsage();
            if (purposes != null && !purposes.contains(SERVER) && !purposes.contains(ANY)) {
                throw refuse("The first certificate is not one of a server");
            }
        } catch (CertificateParsingException e) {
            throw refuse("What the first certificate is for cannot be read");
        }
    }

    private static void checkNames(X509Certificate certificate, DomainName host) {
        List<String> names = names(certificate);
        String parent = host.value().substring(host.value().indexOf('.') + 1);
        if (!names.contains(host.value()) && !names.contains("*." + parent)) {
            throw refuse(
                    "The first certificate is for %s and not for %s"
                            .formatted(
                                    names.isEmpty()
                                            ? "no name of a host"
                                            : String.join(", ", names.stream().limit(10).toList()),
                                    host));
        }
    }

    private static List<String> names(X509Certificate certificate) {
        List<String> names = new ArrayList<>();
        try {
            Collection<List<?>> alternatives = certificate.getSubjectAlternativeNames();
            if (alternatives != null) {
                for (List<?> alternative : alternatives) {
                    if (alternative.getFirst().equals(DNS_NAME)) {
                        names.add(alternative.get(1).toString().toLowerCase(Locale.ROOT));
                    }
                }
            }
        } catch (CertificateParsingException e) {
            throw refuse("The names in the first certificate cannot be read");
        }
        return names;
    }

    private static EchelonException refuse(String message) {
        return new EchelonException(ErrorCode.INVALID_ARGUMENT, message);
    }

    @Override
    public String toString() {
        return "CertificateCheck[" + chain.getFirst().getSubjectX500Principal() + "]";
    }
}
