package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.tenants.AppName;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class BacklogTest {
    private static final Executor THREADS = task -> Thread.ofVirtual().start(task);
    private static final int COUNT = 20;

    private final Backlog backlog = new Backlog();
    private final Queue<CompletableFuture<Object>> underWay = new ConcurrentLinkedQueue<>();
    private final Semaphore begun = new Semaphore(0);
    private final AtomicInteger ends = new AtomicInteger();

    private CompletableFuture<Object> begin(RevisionId id) {
        CompletableFuture<Object> warming = new CompletableFuture<>();
        underWay.add(warming);
        begun.release();
        return warming;
    }

    private CountDownLatch work() {
        for (int i = 1; i <= COUNT; i++) {
            backlog.add(new RevisionId(TenantName.DEFAULT, new AppName("app"), i));
            backlog.add(new RevisionId(TenantName.DEFAULT, new AppName("app"), i));
        }
        return backlog.work(THREADS, this::begin, ends::incrementAndGet);
    }

    private void begins(int count) throws InterruptedException {
        assertThat(begun.tryAcquire(count, 20, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    void worksOnThreeAtATimeUntilAllIsDone() throws Exception {
        CountDownLatch over = work();
        begins(3);
        for (int done = 0; done < COUNT; done++) {
            assertThat(begun.tryAcquire(20, TimeUnit.MILLISECONDS)).as("a fourth").isFalse();
            assertThat(over.getCount()).isEqualTo(1);
            underWay.remove().complete(done);
            if (done < COUNT - 3) {
                begins(1);
            }
        }
        assertThat(over.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ends).hasValue(1);
        assertThat(backlog.isEmpty()).isTrue();
    }

    @Test
    void goesOnWithOneAtATimeOnceNobodyWaits() throws Exception {
        CountDownLatch over = work();
        begins(3);
        backlog.calmDown();
        for (int i = 0; i < 3; i++) {
            underWay.remove().completeExceptionally(new IllegalStateException("not warm"));
        }
        for (int done = 3; done < COUNT; done++) {
            begins(1);
            assertThat(begun.tryAcquire(20, TimeUnit.MILLISECONDS)).as("a second").isFalse();
            underWay.remove().complete(done);
        }
        assertThat(over.await(20, TimeUnit.SECONDS)).isTrue();
        assertThat(ends).hasValue(1);
    }
}
