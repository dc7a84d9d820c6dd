package io.echelon.tenants;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class AcmeAttemptsTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");

    @Test
    void allowsSoManyWithinAnHourAndThenOneAsEachGrowsOld() {
        AcmeAttempts attempts = AcmeAttempts.NONE;
        for (int i = 0; i < AcmeAttempts.MAX; i++) {
            Instant time = NOW.plusSeconds(i);
            assertThat(attempts.next(time)).isEqualTo(time);
            attempts = attempts.with(time);
        }
        Instant free = NOW.plus(AcmeAttempts.WITHIN);
        assertThat(attempts.next(NOW.plusSeconds(9))).isEqualTo(free);
        assertThat(attempts.next(free)).isEqualTo(free);
        assertThat(attempts.with(free).next(free)).isEqualTo(free.plusSeconds(1));
        Instant later = free.plus(Duration.ofDays(1));
        assertThat(attempts.with(later).times()).containsExactly(later);
    }
}
