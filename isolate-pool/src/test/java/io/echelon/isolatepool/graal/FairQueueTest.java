package io.echelon.isolatepool.graal;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.tenants.TenantName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is next follows from the processor time that each has had. */
final class FairQueueTest {
    private static final TenantName CALM = new TenantName("calm");
    private static final TenantName FLOOD = new TenantName("flood");

    private final Map<TenantName, Integer> weights = new HashMap<>();
    private final FairQueue queue = new FairQueue(tenant -> weights.getOrDefault(tenant, 100));
    private final List<String> done = new ArrayList<>();

    @Test
    void nothingWaits() {
        assertThat(queue.take()).isNull();
    }

    @Test
    void aTenantsOwnWorkKeepsItsOrder() {
        for (int i = 0; i < 100; i++) {
            add(CALM, "calm " + i);
        }
        serve(100, 1_000);
        assertThat(done).hasSize(100).startsWith("calm 0", "calm 1", "calm 2").endsWith("calm 99");
    }

    @Test
    void aFloodDoesNotStandBeforeAnothersFirstCall() {
        flood(1_000);
        serve(10, 1_000);
        add(CALM, "calm");
        serve(1, 1_000);
        assertThat(done).endsWith("calm");
    }

    @Test
    void whatRunsAndHasNotEndedCountsForTheNext() {
        flood(1_000);
        for (int i = 0; i < 10; i++) {
            take();
        }
        add(CALM, "calm");
        Objects.requireNonNull(queue.take()).run();
        assertThat(done).containsExactly("calm");
    }

    @ParameterizedTest
    @CsvSource({"100, 100, 500", "300, 100, 750", "100, 300, 250", "1, 9999, 0"})
    void whoWantsAllGetsItsWeight(int calm, int flood, int calmOfThousand) {
        weights.put(CALM, calm);
        weights.put(FLOOD, flood);
        flood(1_000);
        for (int i = 0; i < 1_000; i++) {
            add(CALM, "calm");
        }
        serve(1_000, 5_000);
        assertThat(Collections.frequency(done, "calm"))
                .isBetween(calmOfThousand, calmOfThousand + 1);
    }

    @Test
    void timeCountsAndNotTurns() {
        for (int i = 0; i < 2_000; i++) {
            add(CALM, "calm");
        }
        flood(2_000);
        while (done.size() < 1_100) {
            FairQueue.Work work = take();
            work.run();
            work.settle(done.getLast().equals("calm") ? 1_000 : 10_000);
        }
        assertThat(Collections.frequency(done, "flood")).isBetween(99, 101);
    }

    @Test
    void aChangedWeightHoldsAtOnce() {
        flood(10_000);
        for (int i = 0; i < 10_000; i++) {
            add(CALM, "calm");
        }
        serve(1_000, 1_000);
        weights.put(CALM, 300);
        done.clear();
        serve(1_000, 1_000);
        assertThat(Collections.frequency(done, "calm")).isBetween(748, 752);
    }

    @Test
    void whoWasAwayHasSavedNothingUp() {
        flood(20_000);
        add(CALM, "calm");
        serve(10_000, 1_000);
        done.clear();
        for (int i = 0; i < 1_000; i++) {
            add(CALM, "calm");
        }
        serve(1_000, 1_000);
        assertThat(Collections.frequency(done, "calm")).isBetween(499, 501);
    }

    @Test
    void whoHadMuchAndComesBackAtOnceOwesIt() {
        add(CALM, "calm");
        flood(1);
        serve(1, 1_000);
        serve(1, 1_000_000);
        assertThat(done).containsExactly("calm", "flood");
        for (int i = 0; i < 500; i++) {
            add(CALM, "calm");
        }
        flood(500);
        done.clear();
        serve(500, 1_000);
        assertThat(Collections.frequency(done, "calm")).isGreaterThan(490);
    }

    @Test
    void tenThousandTenantsTakeTurns() {
        for (int round = 0; round < 2; round++) {
            for (int i = 0; i < 10_000; i++) {
                add(new TenantName("tenant-" + i), "tenant " + i);
            }
        }
        serve(10_000, 1_000);
        assertThat(done).doesNotHaveDuplicates();
    }

    private void flood(int count) {
        for (int i = 0; i < count; i++) {
            add(FLOOD, "flood");
        }
    }

    private void add(TenantName tenant, String what) {
        queue.add(tenant, () -> done.add(what));
    }

    private void serve(int count, long nanosEach) {
        for (int i = 0; i < count; i++) {
            FairQueue.Work work = take();
            work.run();
            work.settle(nanosEach);
        }
    }

    private FairQueue.Work take() {
        return Objects.requireNonNull(queue.take());
    }
}
