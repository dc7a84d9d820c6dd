package io.echelon.kvstore.ratis;

import io.echelon.kvstore.KvStore;
import io.echelon.kvstore.KvStoreContract;
import io.echelon.kvstore.rocksdb.RocksOptions;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

class RatisKvStoreTest extends KvStoreContract {
    @TempDir Path folder;

    private RatisKvStore store;

    @BeforeEach
    void open() {
        store =
                RatisKvStore.open(
                        RatisOptions.alone(
                                RocksOptions.of(folder)
                                        .withClock(clock)
                                        .withSweepEvery(Duration.ofMillis(20))));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    protected KvStore store() {
        return store;
    }
}
