package io.echelon.isolatepool.graal;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** Without a watchdog nothing has a limit any more, so it goes on whatever a look ends in. */
final class WatchdogTest {
    @Test
    void aLookThatFailsIsNotItsLast() throws Exception {
        AtomicInteger looks = new AtomicInteger();
        CountDownLatch survived = new CountDownLatch(1);
        Watchdog watchdog =
                new Watchdog(
                        List.of(),
                        new Nap(),
                        () -> {
                            switch (looks.incrementAndGet()) {
                                case 1 -> throw new OutOfMemoryError("GC overhead limit exceeded");
                                case 2 -> throw new IllegalStateException("a bug");
                                default -> survived.countDown();
                            }
                        });
        try (watchdog) {
            watchdog.start();
            assertThat(survived.await(60, TimeUnit.SECONDS)).isTrue();
        }
    }
}
