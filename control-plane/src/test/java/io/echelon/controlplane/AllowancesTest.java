package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class AllowancesTest {
    private final AtomicLong nanos = new AtomicLong();
    private final Allowances allowances = new Allowances(3, 0.5, nanos::get);

    @Test
    void givesSoMuchAtOnceAndThenSaysHowLongToWait() {
        for (int i = 0; i < 3; i++) {
            assertThat(allowances.take("a")).isEmpty();
        }
        assertThat(allowances.take("a")).contains(Duration.ofSeconds(2));
        assertThat(allowances.take("b")).isEmpty();
        nanos.addAndGet(Duration.ofMillis(500).toNanos());
        assertThat(allowances.take("a")).contains(Duration.ofMillis(1_500));
        nanos.addAndGet(Duration.ofMillis(1_500).toNanos());
        assertThat(allowances.take("a")).isEmpty();
        assertThat(allowances.take("a")).isPresent();
    }

    @Test
    void saysAWaitInWholeSecondsNeverTooFew() {
        assertThat(TooManyException.seconds(Duration.ofMillis(1))).isEqualTo(1);
        assertThat(TooManyException.seconds(Duration.ofSeconds(1))).isEqualTo(1);
        assertThat(TooManyException.seconds(Duration.ofMillis(1_001))).isEqualTo(2);
    }

    @Test
    void remembersABoundedNumberOfKeys() {
        for (int i = 0; i < 3 * Allowances.KEYS_MAX; i++) {
            allowances.count("key-" + i);
        }
        assertThat(allowances.keys()).isEqualTo(Allowances.KEYS_MAX);
    }
}
