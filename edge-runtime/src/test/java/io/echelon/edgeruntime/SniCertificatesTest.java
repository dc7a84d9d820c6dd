package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.nio.file.Path;
import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates of an authority that does not always answer, as that of a joined node. */
final class SniCertificatesTest implements HostAuthority {
    private static final String BASE = "edge.example.com";

    @TempDir private Path folder;
    private LocalAuthority authority;
    private SniCertificates certificates;
    private boolean answers = true;

    @BeforeEach
    void open() {
        authority = LocalAuthority.open(folder, Clock.systemUTC());
        certificates = new SniCertificates(this, BASE, Clock.systemUTC());
    }

    @Override
    public X509Certificate issue(List<String> names, PublicKey publicKey) {
        if (!answers) {
            throw new EchelonException(ErrorCode.UNAVAILABLE, "It does not answer");
        }
        return authority.issue(names, publicKey);
    }

    @Override
    public X509Certificate certificate() {
        return authority.certificate();
    }

    @Override
    public Path file() {
        return authority.file();
    }

    @Test
    void everyHostHasTheBaseDomainsCertificateWhileTheAuthorityDoesNotAnswer() {
        certificates.prepare();
        answers = false;
        assertThat(certificates.certificate("hello." + BASE))
                .isSameAs(certificates.certificate(BASE));
        answers = true;
        assertThat(certificates.certificate("hello." + BASE))
                .isNotSameAs(certificates.certificate(BASE));
    }

    @Test
    void aNodeStartsWhileTheAuthorityDoesNotAnswer() {
        answers = false;
        certificates.prepare();
        answers = true;
        assertThat(certificates.certificate("hello." + BASE)).isNotNull();
    }
}
