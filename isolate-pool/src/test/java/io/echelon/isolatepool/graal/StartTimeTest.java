package io.echelon.isolatepool.graal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class StartTimeTest {
    @Test
    void aQuickerStartCountsAtOnceAndASlowerOneByAnEighth() {
        StartTime time = new StartTime();
        assertThat(time.nanos()).isZero();
        time.measured(800);
        assertThat(time.nanos()).isEqualTo(800);
        time.measured(80);
        assertThat(time.nanos()).isEqualTo(80);
        time.measured(880);
        assertThat(time.nanos()).isEqualTo(180);
    }
}
