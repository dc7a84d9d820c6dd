package io.echelon.tenants;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;

final class JoinRequestTest {
    private static final URI HERE = URI.create("https://10.0.0.5:7443");
    private static final String AUTHORITY = "0123456789abcdef".repeat(4);

    private final BearerToken token = BearerToken.make(BearerToken.Kind.NODE, new SecureRandom());

    @Test
    void aTokenIsReadAsItWasWritten() {
        JoinToken whole = new JoinToken(token, AUTHORITY);

        JoinToken read = JoinToken.parse(whole.text()).orElseThrow();

        assertThat(read.bearer().text()).isEqualTo(token.text());
        assertThat(read.authoritySha256()).isEqualTo(AUTHORITY);
        assertThat(whole.toString()).doesNotContain(token.text());
    }

    @Test
    void whatIsNoTokenIsNotRead() {
        String whole = new JoinToken(token, AUTHORITY).text();
        for (String text :
                new String[] {
                    "",
                    token.text(),
                    AUTHORITY,
                    "_" + AUTHORITY,
                    whole + "0",
                    whole.substring(1),
                    whole.replace("ejn_", "eat_"),
                    whole.substring(0, whole.length() - 1) + "G"
                }) {
            assertThat(JoinToken.parse(text)).as(text).isEmpty();
        }
    }

    @Test
    void aRequestShowsTheTokenWithoutHavingIt() {
        JoinRequest request = JoinRequest.by(token, "far", HERE, "csr", "0.1.0", 7);

        assertThat(request.isBy(token.sha256())).isTrue();
        assertThat(new String(Json.bytes(request), java.nio.charset.StandardCharsets.UTF_8))
                .doesNotContain(token.text())
                .doesNotContain(token.sha256());
        assertThat(
                        request.isBy(
                                BearerToken.make(BearerToken.Kind.NODE, new SecureRandom())
                                        .sha256()))
                .isFalse();
    }

    @Test
    void aRequestThatSomebodyChangedIsNotByTheToken() {
        JoinRequest right = JoinRequest.by(token, "far", HERE, "csr", "0.1.0", 7);
        String id = right.token();
        String proof = right.proof();
        for (JoinRequest changed :
                new JoinRequest[] {
                    new JoinRequest(id, "fa", "r" + HERE, "csr", "0.1.0", 7, proof),
                    new JoinRequest(id, null, right.address(), "csr", "0.1.0", 7, proof),
                    new JoinRequest(id, "far", "https://10.6.6.6:1", "csr", "0.1.0", 7, proof),
                    new JoinRequest(id, "far", right.address(), "mine", "0.1.0", 7, proof),
                    new JoinRequest(id, "far", right.address(), "csr", "0.2.0", 7, proof),
                    new JoinRequest(id, "far", right.address(), "csr", "0.1.0", 8, proof),
                    new JoinRequest(id, "far", right.address(), "csr", "0.1.0", 7, "")
                }) {
            assertThat(changed.isBy(token.sha256())).as(changed.toString()).isFalse();
        }
    }

    @Test
    void releasesAreNeighboursWhenOneMinorApart() {
        assertThat(Releases.areNeighbours("0.1.0", "0.1.0-SNAPSHOT")).isTrue();
        assertThat(Releases.areNeighbours("0.1.9", "0.2.0")).isTrue();
        assertThat(Releases.areNeighbours("0.3.0", "0.1.0")).isFalse();
        assertThat(Releases.areNeighbours("1.0.0", "0.1.0")).isFalse();
        assertThat(Releases.areNeighbours("new", "0.1.0")).isFalse();
    }
}
