package io.echelon.edgeruntime;

import io.echelon.kvstore.ratis.MemberTls;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;

/**
 * What this node's replica of the store shows to the others: a certificate of the platform's
 * authority, and its key, which never leaves the node's folder. It is made on the first start, and
 * anew on a start in the second half of its time, or after the authority was made anew.
 */
final class MemberCertificate {
    private static final String CERTIFICATE_FILE = "certificate.pem";
    private static final String KEY_FILE = "key.pem";
    private static final Duration VALID = Duration.ofDays(730);

    private MemberCertificate() {}

    /**
     * @param folder where both lie; only this node's user may enter it
     */
    static MemberTls open(Path folder, LocalAuthority authority, String member, Clock clock) {
        Path certificate = folder.resolve(CERTIFICATE_FILE);
        Path key = folder.resolve(KEY_FILE);
        try {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            if (!Files.exists(key) || !isGood(certificate, authority, clock)) {
                KeyPair pair = LocalAuthority.newKeyPair();
                X509Certificate fresh =
                        authority.issueMember(MemberTls.nameOf(member), pair.getPublic(), VALID);
                // The certificate last: without it, or with an old one, both are made again.
                Files.deleteIfExists(certificate);
                LocalAuthority.write(key, LocalAuthority.keyPem(pair.getPrivate()), "rw-------");
                LocalAuthority.write(certificate, LocalAuthority.pem(fresh), "rw-r--r--");
            }
        } catch (IOException e) {
            throw new EchelonException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "The certificate of the store's replica cannot be kept in %s".formatted(folder),
                    e);
        }
        return MemberTls.read(certificate, key, authority.file());
    }

    private static boolean isGood(Path file, LocalAuthority authority, Clock clock) {
        try {
            X509Certificate certificate =
                    (X509Certificate)
                            CertificateFactory.getInstance("X.509")
                                    .generateCertificate(
                                            new ByteArrayInputStream(Files.readAllBytes(file)));
            certificate.verify(authority.certificate().getPublicKey());
            return certificate
                    .getNotAfter()
                    .toInstant()
                    .isAfter(clock.instant().plus(VALID.dividedBy(2)));
        } catch (IOException | GeneralSecurityException notThere) {
            return false;
        }
    }
}
