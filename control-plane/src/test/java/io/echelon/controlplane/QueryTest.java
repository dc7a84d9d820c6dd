package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QueryTest {
    private static final Instant NOW = Instant.parse("2026-11-21T02:00:00Z");

    @ParameterizedTest
    @CsvSource({"30s,30", "15m,900", "1h,3600", "7d,604800"})
    void readsASpanBeforeNow(String span, long seconds) {
        assertThat(Query.since(span, NOW)).isEqualTo(NOW.minus(Duration.ofSeconds(seconds)));
    }

    @Test
    void readsATime() {
        assertThat(Query.since("2026-11-21T01:00:00Z", NOW)).isEqualTo("2026-11-21T01:00:00Z");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "1", "-1h", "1w", "yesterday", "99999999999d"})
    void refusesWhatIsNeither(String text) {
        assertThatThrownBy(() -> Query.since(text, NOW)).hasMessageContaining("1h");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1001", "x", "", "99999999999"})
    void refusesALimitOutOfBounds(String limit) {
        assertThatThrownBy(() -> Query.page(limit, null))
                .hasMessage(
                        "limit is \"%s\"; it must be a whole number from 1 to 1,000"
                                .formatted(limit));
    }

    @Test
    void refusesAFlagThatIsNeitherTrueNorFalse() {
        assertThatThrownBy(() -> Query.flag("preview", "yes"))
                .hasMessage("preview is \"yes\"; it must be true or false");
    }

    @Test
    void takesDefaultsForWhatIsAbsent() {
        assertThat(Query.page(null, null).limit()).isEqualTo(100);
        assertThat(Query.flag("preview", null)).isFalse();
        assertThat(Query.since(null, NOW)).isNull();
    }
}
