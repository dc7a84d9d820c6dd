package io.echelon.edgeruntime;

import io.echelon.tenants.ClusterTls;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.JoinAnswer;
import io.echelon.tenants.Json;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a node that joined keeps of that: its key, which never leaves the folder, its certificate,
 * the platform's authority, the master keys, and where the platform is. The file about the last is
 * written last, so that with it the others are there.
 *
 * @param path only this node's user may enter it
 */
record JoinedFolder(Path path) {
    private static final String MEMBER_FILE = "member.json";
    private static final String AUTHORITY_FILE = "authority.pem";
    private static final String MASTER_KEY_FILE = "master-key";
    private static final String SECRET = "rw-------";
    private static final String PUBLIC = "rw-r--r--";

    /**
     * Where the platform is.
     *
     * @param node what this node is called
     * @param address where the platform reaches it
     * @param store addresses of the nodes that have the store
     */
    record Member(String node, URI address, List<URI> store) {
        Member {
            store = List.copyOf(store);
        }
    }

    /** What is known of the platform; null when this node has not joined one. */
    @Nullable Member member() throws IOException {
        try {
            return Json.read(Files.readAllBytes(path.resolve(MEMBER_FILE)), Member.class);
        } catch (NoSuchFileException e) {
            return null;
        } catch (IllegalArgumentException e) {
            throw new EchelonException(
                    ErrorCode.INVALID_CONFIGURATION,
                    "%s is damaged; put it back from a copy, or join anew with another --data"
                            .formatted(path.resolve(MEMBER_FILE)),
                    e);
        }
    }

    Path authority() {
        return path.resolve(AUTHORITY_FILE);
    }

    Path masterKeys() {
        return path.resolve(MASTER_KEY_FILE);
    }

    /** By what this node shows who it is. */
    ClusterTls tls() {
        return ClusterTls.read(
                path.resolve(MemberCertificate.CERTIFICATE_FILE),
                path.resolve(MemberCertificate.KEY_FILE),
                authority());
    }

    /** Keeps that this node has joined. */
    void join(KeyPair pair, URI address, JoinAnswer answer) throws IOException {
        Files.createDirectories(
                path,
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        LocalAuthority.write(
                path.resolve(MemberCertificate.KEY_FILE),
                LocalAuthority.keyPem(pair.getPrivate()),
                SECRET);
        LocalAuthority.write(
                path.resolve(MemberCertificate.CERTIFICATE_FILE), answer.certificate(), PUBLIC);
        LocalAuthority.write(authority(), answer.authority(), PUBLIC);
        write(new Member(answer.node(), address, answer.store()));
    }

    /** Keeps what the platform says now. */
    void keep(ClusterRoutes.Settings settings) throws IOException {
        String keys = settings.masterKeys();
        if (!Files.exists(masterKeys()) || !Files.readString(masterKeys()).equals(keys)) {
            LocalAuthority.write(masterKeys(), keys, SECRET);
        }
        if (settings.certificate() != null) {
            LocalAuthority.write(
                    path.resolve(MemberCertificate.CERTIFICATE_FILE),
                    settings.certificate(),
                    PUBLIC);
        }
        Member before = member();
        if (before != null
                && !settings.store().isEmpty()
                && !before.store().equals(settings.store())) {
            write(new Member(before.node(), before.address(), settings.store()));
        }
    }

    private void write(Member member) throws IOException {
        LocalAuthority.write(
                path.resolve(MEMBER_FILE),
                new String(Json.bytes(member), StandardCharsets.UTF_8),
                SECRET);
    }
}
