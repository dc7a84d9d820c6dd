package io.echelon.isolatepool.graal;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.tenants.Outcome;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A function whose calls are stopped again and again rests, longer each time. */
final class CallBreakerTest {
    private long now = Long.MAX_VALUE - TimeUnit.SECONDS.toNanos(2); // the clock may wrap
    private final CallBreaker breaker = new CallBreaker(() -> now);

    @Test
    void twoStopsChangeNothing() {
        stop(2);
        assertThat(breaker.admit()).isZero();
    }

    @Test
    void threeStopsInARowMakeItRest() {
        stop(3);
        assertThat(breaker.admit()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
    }

    @Test
    void twoStopsForMemoryDo() {
        breaker.ended(Outcome.EXCEEDED_MEMORY);
        assertThat(breaker.isOpen()).isFalse();
        breaker.ended(Outcome.EXCEEDED_MEMORY);
        assertThat(breaker.isOpen()).isTrue();
        assertThat(breaker.admit()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
    }

    @Test
    void forgivenItRestsNoMoreAndIsMeasuredAnew() {
        stop(10);
        breaker.forgive();
        assertThat(breaker.isOpen()).isFalse();
        assertThat(breaker.admit()).isZero();
        stop(2);
        assertThat(breaker.admit()).isZero();
        stop(1);
        assertThat(breaker.admit()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
    }

    @Test
    void afterTheRestOneCallIsTriedAndNoOther() {
        stop(3);
        pass(100);
        assertThat(breaker.admit()).isZero();
        assertThat(breaker.admit()).isPositive();
    }

    @Test
    void eachTriedCallThatIsStoppedDoublesTheRestUpToFiveSeconds() {
        stop(3);
        for (long rest : new long[] {200, 400, 800, 1_600, 3_200, 5_000, 5_000}) {
            pass(TimeUnit.NANOSECONDS.toMillis(breaker.admit()));
            assertThat(breaker.admit()).isZero();
            stop(1);
            assertThat(breaker.admit()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(rest));
        }
    }

    @Test
    void callsLetThroughTogetherMakeOneRest() {
        stop(64);
        assertThat(breaker.admit()).isEqualTo(TimeUnit.MILLISECONDS.toNanos(100));
    }

    @Test
    void aFewGoodCallsCloseIt() {
        stop(64);
        int tried = 0;
        while (tried < 10 && breaker.admit() >= 0) {
            pass(TimeUnit.NANOSECONDS.toMillis(breaker.admit()));
            breaker.ended(Outcome.OK);
            tried++;
        }
        assertThat(breaker.admit()).isZero();
        assertThat(breaker.admit()).isZero();
    }

    @Test
    void aStopAmongFiveGoodCallsNeverOpensIt() {
        for (int i = 0; i < 1_000; i++) {
            stop(1);
            for (int good = 0; good < 5; good++) {
                breaker.ended(good % 2 == 0 ? Outcome.OK : Outcome.EXCEPTION);
            }
            assertThat(breaker.admit()).isZero();
        }
    }

    @Test
    void callersThatLeaveAndCallsThatWaitTooLongAreNotHeldAgainstIt() {
        for (int i = 0; i < 100; i++) {
            breaker.ended(Outcome.CANCELED);
            breaker.ended(Outcome.EXCEEDED_WALL_TIME);
            breaker.ended(Outcome.HUNG);
        }
        assertThat(breaker.admit()).isZero();
    }

    private void stop(int times) {
        for (int i = 0; i < times; i++) {
            breaker.ended(Outcome.EXCEEDED_CPU);
        }
    }

    private void pass(long millis) {
        now += TimeUnit.MILLISECONDS.toNanos(millis + 1);
    }
}
