package io.echelon.kvstore.ratis;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.kvstore.rocksdb.RocksOptions;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvictionTest {
    @TempDir Path folder;

    /** That the log's close does not wait for it; how the two meet is a matter of microseconds. */
    @Test
    void endsTheThreadThatALogWouldWaitFor() {
        try (RatisKvStore store = RatisKvStore.open(RatisOptions.alone(RocksOptions.of(folder)))) {
            assertThat(threads()).hasSize(1);
            Eviction.end(store.replica().log());
            assertThat(threads()).isEmpty();
            Eviction.end(store.replica().log());
        }
    }

    private static List<Thread> threads() {
        return Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().contains("node-1@"))
                .filter(thread -> thread.getName().contains("cacheEviction"))
                .toList();
    }
}
