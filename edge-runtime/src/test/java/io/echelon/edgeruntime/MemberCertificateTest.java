package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class MemberCertificateTest {
    @TempDir private Path folder;

    private byte[] open(String authority, Clock clock) throws IOException {
        Path own = folder.resolve("own");
        LocalAuthority issuer = LocalAuthority.open(folder.resolve(authority), clock);
        var _ = MemberCertificate.open(own, issuer, "node-1", clock);
        return Files.readAllBytes(own.resolve("certificate.pem"));
    }

    @Test
    void isKeptUntilHalfItsTimeIsOverOrTheAuthorityIsAnother() throws IOException {
        Clock now = Clock.systemUTC();
        byte[] first = open("ca", now);
        assertThat(open("ca", now)).isEqualTo(first);
        byte[] second = open("ca", Clock.offset(now, Duration.ofDays(400)));
        assertThat(second).isNotEqualTo(first);
        assertThat(open("another", now)).isNotEqualTo(second);
    }

    @Test
    void keepsItsKeyForItsOwnerAlone() throws IOException {
        var _ = open("ca", Clock.systemUTC());
        Path key = folder.resolve("own/key.pem");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key.getParent())))
                .isEqualTo("rwx------");
    }
}
