package io.echelon.isolatepool.graal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** When a heap is measured. */
class MemoryAccountTest {
    private static final long MB = 1L << 20;

    private final MemoryAccount memory = new MemoryAccount(100 * MB);

    @Test
    void isFirstMeasuredBeforeAWholeQuotaWasAllocated() {
        memory.add(84 * MB);
        assertThat(memory.mustMeasure(0)).isFalse();
        assertThat(memory.mustMeasure(1 * MB)).isTrue();
    }

    @Test
    void isFirstMeasuredAtThreeQuartersOfASmallQuota() {
        MemoryAccount small = new MemoryAccount(20 * MB);
        assertThat(small.mustMeasure(15 * MB)).isFalse();
        assertThat(small.mustMeasure(16 * MB)).isTrue();
    }

    @Test
    void isMeasuredOnceAtATime() {
        assertThat(memory.mustMeasure(101 * MB)).isTrue();
        assertThat(memory.mustMeasure(200 * MB)).isFalse();
    }

    @Test
    void mayAllocateMostOfWhatIsLeftBeforeTheNextMeasurement() {
        memory.add(90 * MB);
        assertThat(memory.mustMeasure(0)).isTrue();
        memory.measured(10 * MB);
        assertThat(memory.mustMeasure(74 * MB)).isFalse();
        assertThat(memory.mustMeasure(75 * MB)).isTrue();
    }

    @Test
    void isNotMeasuredAllTheTimeNearTheQuota() {
        memory.add(101 * MB);
        assertThat(memory.mustMeasure(0)).isTrue();
        memory.measured(99 * MB);
        assertThat(memory.mustMeasure(24 * MB)).isFalse();
        assertThat(memory.mustMeasure(25 * MB)).isTrue();
    }

    @Test
    void keepsThePeak() {
        memory.measured(70 * MB);
        memory.measured(10 * MB);
        assertThat(memory.peakBytes()).isEqualTo(70 * MB);
    }
}
