package io.echelon.isolatepool.graal;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.isolatepool.PoolOptions;
import io.echelon.tenants.TenantName;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class TurnSchedulerTest {
    private static final TenantName TENANT = new TenantName("acme");
    private static final int ROUNDS = 100;

    private static TurnScheduler open() {
        return new TurnScheduler(Lane.SHORT, new Nap(), 1, PoolOptions.EQUAL_WEIGHTS);
    }

    @Test
    void anotherThreadTakesTheNextTurnWhenOneIsReplaced() {
        try (TurnScheduler turns = open()) {
            CompletableFuture<Thread> first = new CompletableFuture<>();
            CompletableFuture<Thread> second = new CompletableFuture<>();
            CountDownLatch over = new CountDownLatch(1);
            turns.submit(
                    TENANT,
                    () -> {
                        first.complete(Thread.currentThread());
                        turns.replace(TurnScheduler.currentThread());
                        await(over);
                    });
            turns.submit(TENANT, () -> second.complete(Thread.currentThread()));
            assertThat(second.join()).isNotEqualTo(first.join());
            over.countDown();
        }
    }

    @Test
    void closesWhileThreadsTakeEachOthersPlaces() {
        for (int i = 0; i < ROUNDS; i++) {
            AtomicBoolean over = new AtomicBoolean();
            TurnScheduler turns = open();
            CompletableFuture<Void> replacing =
                    CompletableFuture.runAsync(
                            () -> {
                                while (!over.get()) {
                                    turns.threads().forEach(turns::replace);
                                    turns.submit(TENANT, () -> {}); // lets one of them end
                                }
                            });
            LockSupport.parkNanos(1_000_000);
            turns.close();
            over.set(true);
            replacing.join();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
