package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.kvstore.DatabaseSize;
import io.echelon.kvstore.StoreStatus.Role;
import io.echelon.tenants.TenantName;
import io.echelon.tenants.UsageCounter;
import io.echelon.tenants.UsageCounts;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What tenants' databases hold, over time. */
final class StoredUsageTest {
    private static final Instant START = Instant.parse("2026-11-21T15:00:00Z");
    private static final TenantName ACME = new TenantName("acme");

    private final Map<TenantName, UsageMeter> meters = new HashMap<>();
    private Role role = Role.LEADER;
    private List<DatabaseSize> sizes =
            List.of(
                    new DatabaseSize("system", 1 << 20, 1, 0),
                    new DatabaseSize("t.acme.log", 1_000, 1, 0),
                    new DatabaseSize("t.acme.shop", 24, 1, 0),
                    new DatabaseSize("t.b.shop", 2_048, 1, 0));
    private final StoredUsage usage =
            new StoredUsage(
                    () -> role,
                    () -> sizes,
                    tenant -> meters.computeIfAbsent(tenant, _ -> new UsageMeter()));

    private long counted(TenantName tenant) {
        UsageCounts counts = new UsageCounts();
        UsageMeter meter = meters.get(tenant);
        if (meter != null) {
            meter.addTo(counts);
        }
        return counts.get(UsageCounter.KV_KIB_SECONDS);
    }

    private void look(double seconds) {
        usage.look(START.plusMillis(Math.round(seconds * 1_000)), StoredUsage.Moment.BETWEEN);
    }

    @Test
    void whatIsStoredCountsForTheTimeBetweenLooks() {
        for (int second = 0; second <= 60; second += 5) {
            look(second);
        }
        assertThat(counted(ACME)).isEqualTo(60);
        assertThat(counted(new TenantName("b"))).isEqualTo(120);
        assertThat(meters).hasSize(2);
        sizes = List.of(new DatabaseSize("t.acme.shop", 10_240, 1, 0));
        for (int second = 65; second <= 120; second += 5) {
            look(second);
        }
        assertThat(counted(ACME)).isEqualTo(60 + 600);
        assertThat(counted(new TenantName("b"))).isEqualTo(120);
    }

    @Test
    void tenantsThatDoNothingAreWrittenOnceAMinute() {
        look(2);
        for (double second = 5; second < 60; second += 5) {
            look(second);
        }
        assertThat(counted(ACME)).isZero();
        look(60);
        assertThat(counted(ACME)).isEqualTo(58);
        assertThat(meters.get(ACME).takeTouched()).isTrue();
        look(65);
        assertThat(meters.get(ACME).takeTouched()).isFalse();
        usage.look(START.plusSeconds(70), StoredUsage.Moment.LAST);
        assertThat(counted(ACME)).isEqualTo(68);
    }

    @Test
    void aMinuteWhoseEndWasMissedIsHandedOverLater() {
        look(55);
        look(63);
        assertThat(counted(ACME)).isEqualTo(8);
    }

    @Test
    void whatIsLessThanAKibibyteForASecondIsNotLost() {
        sizes = List.of(new DatabaseSize("t.acme.shop", 100, 1, 0));
        for (int minute = 0; minute <= 10; minute++) {
            for (int second = 0; second < 60; second += 10) {
                look(minute * 60 + second);
            }
        }
        look(660);
        assertThat(counted(ACME)).isEqualTo(660 * 100 / 1_024);
    }

    @Test
    void onlyOneOfTheNodesCounts() {
        role = Role.FOLLOWER;
        look(0);
        look(5);
        role = Role.LEADER;
        look(10);
        look(30);
        look(35);
        usage.look(START.plusSeconds(40), StoredUsage.Moment.LAST);
        assertThat(counted(ACME)).as("from 5 to 10, and from 30 to 40").isEqualTo(15);
        role = Role.ALONE;
        usage.look(START.plusSeconds(4_000), StoredUsage.Moment.LAST);
        assertThat(counted(ACME)).isEqualTo(15 + 3_960);
        usage.look(START, StoredUsage.Moment.LAST);
        assertThat(counted(ACME)).as("a clock that went back").isEqualTo(15 + 3_960);
    }
}
