package io.echelon.isolatepool.graal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Where a revision's turns go follows from how long the last ones were. */
final class ConductTest {
    private final Conduct conduct = new Conduct();

    @Test
    void itBeginsAmongTheShortTurns() {
        assertThat(conduct.lane()).isEqualTo(Lane.SHORT);
    }

    @Test
    void twoLongTurnsAreForgiven() {
        take(2, Conduct.LONG_NANOS);
        assertThat(conduct.lane()).isEqualTo(Lane.SHORT);
    }

    @Test
    void threeLongTurnsWithFewShortOnesBetweenMoveIt() {
        for (int i = 0; i < 3; i++) {
            take(1, Conduct.LONG_NANOS);
            take(3, Conduct.LONG_NANOS - 1);
        }
        take(1, Conduct.LONG_NANOS);
        assertThat(conduct.lane()).isEqualTo(Lane.LONG);
    }

    @Test
    void shortTurnsBringItBack() {
        take(100, Conduct.LONG_NANOS);
        take(30, 1);
        assertThat(conduct.lane()).isEqualTo(Lane.SHORT);
    }

    @Test
    void aLongTurnAmongManyShortOnesNeverMovesIt() {
        for (int i = 0; i < 1_000; i++) {
            take(1, Conduct.LONG_NANOS);
            take(20, 1);
            assertThat(conduct.lane()).isEqualTo(Lane.SHORT);
        }
    }

    private void take(int turns, long cpuNanos) {
        for (int i = 0; i < turns; i++) {
            conduct.took(cpuNanos);
        }
    }
}
