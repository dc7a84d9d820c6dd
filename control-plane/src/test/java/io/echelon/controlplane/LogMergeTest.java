package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.tenants.AppName;
import io.echelon.tenants.LogLevel;
import io.echelon.tenants.LogRecord;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class LogMergeTest {
    private static final RevisionId ID =
            new RevisionId(TenantName.DEFAULT, new AppName("hello"), 1);

    private final AtomicLong now = new AtomicLong();
    private final LogMerge merge = new LogMerge(3, now::get);

    @Test
    void ordersPastLinesOfSeveralNodesByTime() throws InterruptedException {
        merge.add(line("a", 1));
        merge.add(line("a", 5));
        merge.add(line("b", 3));
        merge.complete();

        assertThat(seconds(merge.takeAll())).containsExactly(1L, 3L, 5L);
        assertThat(merge.takeAll()).isEmpty();
    }

    @Test
    void keepsTheNewestOfPastLinesAboveTheLimit() throws InterruptedException {
        for (int second : new int[] {4, 1, 5, 3, 2}) {
            merge.add(line("a", second));
        }
        merge.complete();

        assertThat(seconds(merge.takeAll())).containsExactly(3L, 4L, 5L);
    }

    @Test
    void letsAnEarlierLineFromASlowerNodeGoFirst() throws InterruptedException {
        merge.add(line("a", 2));
        now.addAndGet(LogMerge.HOLD_NANOS / 2);
        merge.add(line("b", 1));
        now.addAndGet(LogMerge.HOLD_NANOS);

        assertThat(seconds(merge.take())).containsExactly(1L, 2L);
    }

    @Test
    void keepsTheOrderOfLinesOfTheSameMoment() throws InterruptedException {
        merge.add(line("a", 1));
        merge.add(line("b", 1));
        now.addAndGet(LogMerge.HOLD_NANOS);

        assertThat(merge.take()).extracting(LogRecord::node).containsExactly("a", "b");
    }

    @Test
    void losesAndDoublesNothingWhileItIsFollowed() throws InterruptedException {
        LogMerge live = new LogMerge(1, System::nanoTime);
        live.add(line("a", 0));
        assertThat(live.take()).hasSize(1);
        int lines = 50_000;
        Thread writer =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        for (int i = 1; i <= lines; i++) {
                                            live.add(line("a", i));
                                        }
                                    } catch (InterruptedException e) {
                                        Thread.currentThread().interrupt();
                                    }
                                });
        List<Long> taken = new ArrayList<>();
        while (taken.size() < lines) {
            taken.addAll(seconds(live.take()));
        }
        writer.join();

        assertThat(taken).hasSize(lines).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void goesOnAfterALostConnectionWithoutDoubles() {
        LogPosition position = new LogPosition(null);
        assertThat(position.begin()).isNull();
        assertThat(position.isNew(line("a", 1))).isTrue();
        assertThat(position.isNew(line("a", 2))).isTrue();
        assertThat(position.isNew(line("a", 2))).isTrue();

        assertThat(position.begin()).isEqualTo(Instant.ofEpochSecond(2));
        assertThat(position.isNew(line("a", 2))).isFalse();
        assertThat(position.isNew(line("a", 2))).isFalse();
        assertThat(position.isNew(line("a", 2))).isTrue();
        assertThat(position.isNew(line("a", 3))).isTrue();
    }

    private static List<Long> seconds(List<LogRecord> lines) {
        return lines.stream().map(line -> line.time().getEpochSecond()).toList();
    }

    private static LogRecord line(String node, long second) {
        return new LogRecord(Instant.ofEpochSecond(second), LogLevel.INFO, "hi", null, ID, node);
    }
}
