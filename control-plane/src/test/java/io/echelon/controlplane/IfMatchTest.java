package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.tenants.EchelonException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IfMatchTest {
    private static final EntityTag TAG = new EntityTag("5f");

    @ParameterizedTest
    @ValueSource(strings = {"*", "\"5f\"", "\"a\", \"5f\"", "\"a\",\"5f\"", " \"5f\" "})
    void lets(String header) {
        assertThatCode(() -> IfMatch.of(header).require(TAG, "It")).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(strings = {"\"5\"", "W/\"5f\"", "\"\"", "\"5F\"", "\"none\""})
    void refusesWhatIsAnother(String header) {
        assertThatThrownBy(() -> IfMatch.of(header).require(TAG, "The thing"))
                .isInstanceOf(EchelonException.class)
                .hasMessageContaining("The thing was changed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "5f", "\"5f", "\"5f\" \"6f\"", "\"a\nb\"", "\"5f\",", "*, \"5f\""})
    void refusesWhatIsNoTag(String header) {
        assertThatThrownBy(() -> IfMatch.of(header))
                .isInstanceOf(EchelonException.class)
                .hasMessageContaining("If-Match");
    }

    @Test
    void withoutAHeaderEverythingMatches() {
        assertThatCode(() -> IfMatch.of(null).require(TAG, "It")).doesNotThrowAnyException();
    }
}
