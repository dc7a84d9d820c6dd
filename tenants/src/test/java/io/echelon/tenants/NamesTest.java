package io.echelon.tenants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Names of tenants, apps and revisions. */
class NamesTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "7", "a-b", "default", "v", "v1x", "abcdefghijklmnopqrst"})
    void takesATenantNameThatFitsAHostName(String name) {
        assertThat(new TenantName(name).value()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "-a", "a-", "a--b", "A", "a_b", "a.b", "ä", "a b", "a\n", "v1", "v23"})
    void refusesATenantNameThatDoesNot(String name) {
        assertThatThrownBy(() -> new TenantName(name))
                .isInstanceOf(EchelonException.class)
                .hasFieldOrPropertyWithValue("code", ErrorCode.INVALID_ARGUMENT);
    }

    @Test
    void namesTheLimitAndTheLengthOfANameThatIsTooLong() {
        assertThatThrownBy(() -> new TenantName("a".repeat(21)))
                .hasMessageContaining("21 characters")
                .hasMessageContaining("at most 20");
        assertThatThrownBy(() -> new AppName("a".repeat(27)))
                .hasMessageContaining("27 characters")
                .hasMessageContaining("at most 26");
    }

    @Test
    void anAppMayBeNamedLikeARevision() {
        assertThat(new AppName("v1").value()).isEqualTo("v1");
    }

    @Test
    void readsARevisionFromItsLabel() {
        assertThat(RevisionId.parseLabel("v12")).isEqualTo(12);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "v", "12", "V1", "v1 ", "v-1", "v99999999999"})
    void refusesWhatIsNoRevision(String label) {
        assertThatThrownBy(() -> RevisionId.parseLabel(label)).isInstanceOf(EchelonException.class);
    }

    @Test
    void refusesARevisionBelowOne() {
        assertThatThrownBy(() -> new RevisionId(TenantName.DEFAULT, new AppName("a"), 0))
                .hasMessageContaining("below 1");
    }
}
