package io.echelon.edgeruntime;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/**
 * The platform's own certificate authority for its base domain. It is made on the first start, kept
 * in a folder that all nodes of a platform share, and made anew before it expires.
 */
final class LocalAuthority implements HostAuthority {
    static final String CERTIFICATE_FILE = "ca.pem";
    static final String KEY_FILE = "ca-key.pem";

    private static final String LOCK_FILE = ".lock";
    private static final Duration AUTHORITY_VALID = Duration.ofDays(3_650);
    private static final Duration AUTHORITY_RENEWED_BEFORE = Duration.ofDays(60);
    private static final Duration CERTIFICATE_VALID = Duration.ofDays(30);
    private static final Duration CLOCK_SKEW = Duration.ofHours(1);
    private static final String SIGNATURE = "SHA256withECDSA";

    private final X509Certificate certificate;
    private final PrivateKey key;
    private final Clock clock;
    private final Path file;

    private LocalAuthority(X509Certificate certificate, PrivateKey key, Clock clock, Path file) {
        this.certificate = certificate;
        this.key = key;
        this.clock = clock;
        this.file = file;
    }

    /** Reads the authority in a folder, or makes it when there is none or it soon expires. */
    static LocalAuthority open(Path folder, Clock clock) {
        try {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            try (FileChannel lock =
                            FileChannel.open(
                                    folder.resolve(LOCK_FILE),
                                    StandardOpenOption.CREATE,
                                    StandardOpenOption.WRITE);
                    var _ = lock.lock()) {
                Path certificateFile = folder.resolve(CERTIFICATE_FILE);
                Path keyFile = folder.resolve(KEY_FILE);
                if (Files.exists(certificateFile) && Files.exists(keyFile)) {
                    LocalAuthority found = read(certificateFile, keyFile, clock);
                    if (!found.expiresWithin(AUTHORITY_RENEWED_BEFORE)) {
                        return found;
                    }
                }
                return make(certificateFile, keyFile, clock);
            }
        } catch (IOException e) {
            throw new EchelonException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "The folder %s of the local certificate authority can't be used; ECHELON_CA must name a folder that this process may write to"
                            .formatted(folder),
                    e);
        }
    }

    @Override
    public Path file() {
        return file;
    }

    @Override
    public X509Certificate certificate() {
        return certificate;
    }

    @Override
    public X509Certificate issue(List<String> names, PublicKey publicKey) {
        return issue(names, publicKey, CERTIFICATE_VALID, KeyPurposeId.id_kp_serverAuth);
    }

    /** A certificate of a part of the platform, which is a server and a client of the others. */
    X509Certificate issueMember(List<String> names, PublicKey publicKey, Duration valid) {
        return issue(
                names,
                publicKey,
                valid,
                KeyPurposeId.id_kp_serverAuth,
                KeyPurposeId.id_kp_clientAuth);
    }

    private X509Certificate issue(
            List<String> names, PublicKey publicKey, Duration valid, KeyPurposeId... purposes) {
        Instant now = clock.instant();
        try {
            JcaX509v3CertificateBuilder builder =
                    new JcaX509v3CertificateBuilder(
                            certificate,
                            serial(),
                            Date.from(now.minus(CLOCK_SKEW)),
                            Date.from(now.plus(valid)),
                            new X500Principal("CN=" + commonName(names.getFirst())),
                            publicKey);
            JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(
                            names.stream()
                                    .map(name -> new GeneralName(GeneralName.dNSName, name))
                                    .toArray(GeneralName[]::new)));
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
            builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
            builder.addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(purposes));
            builder.addExtension(
                    Extension.authorityKeyIdentifier,
                    false,
                    extensions.createAuthorityKeyIdentifier(certificate));
            return sign(builder, key);
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("A certificate could not be made", e);
        }
    }

    /** A fresh key pair on the curve P-256. */
    static KeyPair newKeyPair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("This JVM has no P-256", e);
        }
    }

    private boolean expiresWithin(Duration time) {
        return certificate.getNotAfter().toInstant().isBefore(clock.instant().plus(time));
    }

    private static LocalAuthority read(Path certificateFile, Path keyFile, Clock clock) {
        try (PEMParser certificatePem =
                        new PEMParser(new StringReader(Files.readString(certificateFile)));
                PEMParser keyPem = new PEMParser(new StringReader(Files.readString(keyFile)))) {
            X509CertificateHolder holder = (X509CertificateHolder) certificatePem.readObject();
            PrivateKeyInfo key =
                    switch (keyPem.readObject()) {
                        case PrivateKeyInfo alone -> alone;
                        case null, default -> throw new IOException("not a private key");
                    };
            return new LocalAuthority(
                    new JcaX509CertificateConverter().getCertificate(holder),
                    new JcaPEMKeyConverter().getPrivateKey(key),
                    clock,
                    certificateFile);
        } catch (IOException
                | GeneralSecurityException
                | ClassCastException
                | NullPointerException e) {
            throw new EchelonException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "%s or %s is damaged; delete both and a new authority will be made"
                            .formatted(certificateFile, keyFile.getFileName()),
                    e);
        }
    }

    private static LocalAuthority make(Path certificateFile, Path keyFile, Clock clock)
            throws IOException {
        KeyPair pair = newKeyPair();
        Instant now = clock.instant();
        X500Principal name = new X500Principal("CN=Echelon local authority, O=Echelon");
        try {
            JcaX509v3CertificateBuilder builder =
                    new JcaX509v3CertificateBuilder(
                            name,
                            serial(),
                            Date.from(now.minus(CLOCK_SKEW)),
                            Date.from(now.plus(AUTHORITY_VALID)),
                            name,
                            pair.getPublic());
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0));
            builder.addExtension(
                    Extension.keyUsage,
                    true,
                    new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
            builder.addExtension(
                    Extension.subjectKeyIdentifier,
                    false,
                    new JcaX509ExtensionUtils().createSubjectKeyIdentifier(pair.getPublic()));
            X509Certificate certificate = sign(builder, pair.getPrivate());
            write(keyFile, keyPem(pair.getPrivate()), "rw-------");
            write(certificateFile, pem(certificate), "rw-r--r--");
            return new LocalAuthority(certificate, pair.getPrivate(), clock, certificateFile);
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("The local authority could not be made", e);
        }
    }

    private static X509Certificate sign(JcaX509v3CertificateBuilder builder, PrivateKey key)
            throws OperatorCreationException, GeneralSecurityException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
    }

    private static BigInteger serial() {
        return new BigInteger(127, new SecureRandom()).setBit(126);
    }

    /** A common name has at most 64 characters; the alternative names are what counts. */
    private static String commonName(String name) {
        return name.length() <= 64 ? name : "Echelon";
    }

    /** As PKCS #8, which says which curve it is. */
    static String keyPem(PrivateKey key) {
        return pem(new PemObject("PRIVATE KEY", key.getEncoded()));
    }

    static String pem(Object object) {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }

    /** Replaces a file as a whole; only its owner can read it before it has its permissions. */
    static void write(Path file, String text, String permissions) throws IOException {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.deleteIfExists(fresh);
        Files.createFile(
                fresh,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(fresh, text);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(permissions));
        Files.move(
                fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
