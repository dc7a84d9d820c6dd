package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.tenants.AppName;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import java.time.Duration;
import org.junit.jupiter.api.Test;

final class HopsPaidTest {
    private static final RevisionId REVISION =
            new RevisionId(TenantName.DEFAULT, new AppName("rare"), 1);
    private static final long HOP = Duration.ofMillis(1).toNanos();
    private static final long COST = Duration.ofMillis(100).toNanos();

    private final HopsPaid paid = new HopsPaid();

    /** At which of so many requests, in equal intervals, it is worth it; -1 for none. */
    private int worthAt(int requests, Duration interval) {
        for (int i = 1; i <= requests; i++) {
            if (paid.pay(REVISION, HOP, COST, i * interval.toNanos())) {
                return i;
            }
        }
        return -1;
    }

    @Test
    void isWorthItOnceTheHopsAddUpToTheCostAndThenBeginsAnew() {
        assertThat(worthAt(1_000, Duration.ofMillis(10))).isEqualTo(100);
        assertThat(paid.size()).isZero();
        assertThat(worthAt(1_000, Duration.ofMillis(10))).isEqualTo(100);
    }

    @Test
    void isNeverWorthItForRareRequests() {
        assertThat(worthAt(1_000, Duration.ofSeconds(7))).isEqualTo(-1);
        paid.sweep(1_000 * Duration.ofSeconds(7).toNanos());
        assertThat(paid.size()).isEqualTo(1);
        paid.sweep(Duration.ofDays(1).toNanos());
        assertThat(paid.size()).isZero();
    }
}
