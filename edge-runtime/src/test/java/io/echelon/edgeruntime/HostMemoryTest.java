package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** Memory that is shared in the order of asking. */
final class HostMemoryTest {
    private final HostMemory memory = new HostMemory(100);

    @Test
    void givesWhatIsThereAtOnce() {
        assertThat(memory.take(60)).isCompleted();
        assertThat(memory.take(40)).isCompleted();
        assertThat(memory.usedBytes()).isEqualTo(100);
    }

    @Test
    void makesWhoFindsTooLittleWaitInLine() {
        assertThat(memory.take(60)).isCompleted();
        CompletableFuture<Void> large = memory.take(50);
        CompletableFuture<Void> small = memory.take(10);
        assertThat(large).isNotDone();
        assertThat(small).as("it does not overtake").isNotDone();
        memory.giveBack(10);
        assertThat(large).isCompleted();
        assertThat(small).isNotDone();
        memory.giveBack(50);
        assertThat(small).isCompleted();
        assertThat(memory.usedBytes()).isEqualTo(60);
    }

    @Test
    void letsOneThatIsLargerThanAllGoAlone() {
        assertThat(memory.take(1)).isCompleted();
        CompletableFuture<Void> huge = memory.take(1_000);
        assertThat(huge).isNotDone();
        memory.giveBack(1);
        assertThat(huge).isCompleted();
        assertThat(memory.take(1)).isNotDone();
    }

    @Test
    void aLongLineOfThoseWhoHaveLeftIsPassedThrough() {
        assertThat(memory.take(100)).isCompleted();
        for (int i = 0; i < 100_000; i++) {
            var _ = memory.take(100).thenRun(() -> memory.giveBack(100));
        }
        CompletableFuture<Void> last = memory.take(100);
        memory.giveBack(100);
        assertThat(last).isCompleted();
        assertThat(memory.usedBytes()).isEqualTo(100);
    }
}
