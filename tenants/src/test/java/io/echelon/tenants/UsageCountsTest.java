package io.echelon.tenants;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class UsageCountsTest {
    @Test
    void bucketsFollowOneAnotherWithoutAHole() {
        int last = 0;
        for (long micros = 0; micros < 1L << 31; micros += 1 + micros / 50) {
            int bucket = LatencyBuckets.of(micros);
            assertThat(bucket).isBetween(last, last + 1);
            last = bucket;
        }
        assertThat(last).isEqualTo(LatencyBuckets.COUNT - 1);
        assertThat(LatencyBuckets.of(-1)).isZero();
        assertThat(LatencyBuckets.of(Long.MAX_VALUE)).isEqualTo(LatencyBuckets.COUNT - 1);
    }

    @Test
    void theMiddleOfABucketIsNearWhateverIsInIt() {
        Random random = new Random(5);
        for (int i = 0; i < 100_000; i++) {
            long micros = random.nextLong(1L << random.nextInt(4, 31));
            assertThat(LatencyBuckets.middleMs(LatencyBuckets.of(micros)))
                    .isCloseTo(micros / 1_000.0, within(micros / 1_000.0 * 0.0625 + 1e-9));
        }
    }

    @Test
    void percentilesAreRightAfterTheCountsOfManyWereAdded() {
        Random random = new Random(7);
        UsageCounts all = new UsageCounts();
        long[] micros = new long[10_000];
        for (int part = 0; part < 10; part++) {
            UsageCounts counts = new UsageCounts();
            for (int i = 0; i < 1_000; i++) {
                long duration = (long) Math.exp(random.nextDouble(2, 15));
                micros[part * 1_000 + i] = duration;
                counts.add(UsageCounts.latencySlot(duration), 1);
            }
            all.add(Json.read(Json.bytes(counts.toRecord()), UsageRecord.class));
        }
        Arrays.sort(micros);
        for (double share : List.of(0.5, 0.9, 0.99, 1.0)) {
            double exact = micros[(int) Math.ceil(share * micros.length) - 1] / 1_000.0;
            assertThat(all.percentileMs(share)).isCloseTo(exact, within(exact * 0.0625 + 1e-9));
        }
        assertThat(new UsageCounts().percentileMs(0.5)).isZero();
    }

    @Test
    void aRowHoldsWhatTheSumHeld() {
        UsageCounts counts = new UsageCounts();
        for (int slot = 0; slot < UsageCounts.SLOTS; slot++) {
            counts.add(slot, slot % 3 == 0 ? 0 : slot * 1_000_000_007L);
        }
        UsageCounts read = new UsageCounts();
        read.add(Json.read(Json.bytes(counts.toRecord()), UsageRecord.class));
        for (int slot = 0; slot < UsageCounts.SLOTS; slot++) {
            assertThat(read.get(slot)).isEqualTo(counts.get(slot));
        }
    }

    @Test
    void passesOverWhatANewerNodeCounts() {
        UsageCounts counts = new UsageCounts();
        counts.add(
                new UsageRecord(
                        Map.of("ok", 2L, "teleported", 5L), List.of(9_999L, 1L, -1L, 1L, 3L)));
        assertThat(counts.get(Outcome.OK)).isEqualTo(2);
        assertThat(counts.requests()).isEqualTo(2);
        assertThat(counts.percentileMs(1)).isPositive();
    }

    @Test
    void stepsBeginAtWholeOnesOfUtc() {
        Instant moment = Instant.parse("2026-03-29T01:59:59.999Z");
        assertThat(UsageStep.MINUTE.begin(moment)).isEqualTo("2026-03-29T01:59:00Z");
        assertThat(UsageStep.HOUR.begin(moment)).isEqualTo("2026-03-29T01:00:00Z");
        assertThat(UsageStep.DAY.begin(moment)).isEqualTo("2026-03-29T00:00:00Z");
        assertThat(UsageStep.of("hour")).isEqualTo(UsageStep.HOUR);
        assertThatThrownBy(() -> UsageStep.of("week"))
                .isInstanceOf(EchelonException.class)
                .hasMessageContaining("minute, hour or day");
    }
}
