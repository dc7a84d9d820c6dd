package io.echelon.isolatepool.graal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** None of the watchdog's naps lasts when there is something to watch. */
@Timeout(60)
class NapTest {
    private static final long FOR_EVER = TimeUnit.HOURS.toNanos(1);

    private final Nap nap = new Nap();

    @Test
    void endsWhenSomethingBegins() throws Exception {
        AtomicInteger naps = new AtomicInteger();
        Thread sleeper =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    nap.take(() -> true, FOR_EVER);
                                    naps.incrementAndGet();
                                });
        while (naps.get() == 0) {
            nap.end();
            Thread.onSpinWait();
        }
        sleeper.join();
    }

    @Test
    void isNotTakenWhenThereIsSomethingToWatch() {
        nap.take(() -> false, FOR_EVER);
    }

    @Test
    void isOverAfterItsTime() {
        nap.take(() -> true, TimeUnit.MILLISECONDS.toNanos(5));
    }

    @Test
    void noBeginningIsMissedHoweverTheTwoMeet() throws Exception {
        AtomicBoolean busy = new AtomicBoolean();
        AtomicInteger seen = new AtomicInteger();
        Thread sleeper =
                Thread.ofPlatform()
                        .start(
                                () -> {
                                    while (seen.get() < 20_000) {
                                        nap.take(() -> !busy.get(), FOR_EVER);
                                        if (busy.compareAndSet(true, false)) {
                                            seen.incrementAndGet();
                                        }
                                    }
                                });
        for (int i = 0; i < 20_000; i++) {
            busy.set(true);
            nap.end();
            while (busy.get()) {
                Thread.onSpinWait();
            }
        }
        sleeper.join();
        assertThat(seen).hasValue(20_000);
    }
}
