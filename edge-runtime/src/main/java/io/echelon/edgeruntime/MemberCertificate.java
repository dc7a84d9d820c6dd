package io.echelon.edgeruntime;

import io.echelon.kvstore.ratis.MemberTls;
import io.echelon.tenants.ClusterTls;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.util.List;

/**
 * What this node shows to others of the platform: a certificate of the platform's authority, and
 * its key, which never leaves the node's folder. It is made on the first start, and anew on a start
 * in the second half of its time, or after the authority was made anew.
 */
final class MemberCertificate {
    static final String CERTIFICATE_FILE = "certificate.pem";
    static final String KEY_FILE = "key.pem";
    static final Duration VALID = Duration.ofDays(730);

    private MemberCertificate() {}

    /**
     * That of a replica of the store.
     *
     * @param folder where both lie; only this node's user may enter it
     */
    static MemberTls open(Path folder, LocalAuthority authority, String member, Clock clock) {
        make(folder, authority, List.of(MemberTls.nameOf(member)), clock);
        return MemberTls.read(
                folder.resolve(CERTIFICATE_FILE), folder.resolve(KEY_FILE), authority.file());
    }

    /**
     * That of a node which has the authority's key, to nodes of other machines.
     *
     * @param folder where both lie; only this node's user may enter it
     */
    static ClusterTls openCluster(Path folder, LocalAuthority authority, String node, Clock clock) {
        make(folder, authority, List.of(ClusterTls.nameOf(node), ClusterTls.PLATFORM), clock);
        return ClusterTls.read(
                folder.resolve(CERTIFICATE_FILE), folder.resolve(KEY_FILE), authority.file());
    }

    private static void make(
            Path folder, LocalAuthority authority, List<String> names, Clock clock) {
        Path certificate = folder.resolve(CERTIFICATE_FILE);
        Path key = folder.resolve(KEY_FILE);
        try {
            Files.createDirectories(
                    folder,
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rwx------")));
            if (!Files.exists(key) || !isGood(certificate, authority, clock)) {
                KeyPair pair = LocalAuthority.newKeyPair();
                X509Certificate fresh = authority.issueMember(names, pair.getPublic(), VALID);
                // The certificate last: without it, or with an old one, both are made again.
                Files.deleteIfExists(certificate);
                LocalAuthority.write(key, LocalAuthority.keyPem(pair.getPrivate()), "rw-------");
                LocalAuthority.write(certificate, LocalAuthority.pem(fresh), "rw-r--r--");
            }
        } catch (IOException e) {
            throw new EchelonException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "The certificate of this node cannot be kept in %s".formatted(folder),
                    e);
        }
    }

    private static boolean isGood(Path file, LocalAuthority authority, Clock clock) {
        try {
            X509Certificate certificate = ClusterTls.certificate(Files.readString(file));
            certificate.verify(authority.certificate().getPublicKey());
            return !isOld(certificate, clock);
        } catch (IOException | GeneralSecurityException notThere) {
            return false;
        }
    }

    /** Whether a certificate is in the second half of its time. */
    static boolean isOld(X509Certificate certificate, Clock clock) {
        return certificate
                .getNotAfter()
                .toInstant()
                .isBefore(clock.instant().plus(VALID.dividedBy(2)));
    }
}
