package io.echelon.kvstore.ratis;

import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvQueueContract;
import io.echelon.kvstore.rocksdb.RocksOptions;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Messages of a group of one. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RatisQueueTest extends KvQueueContract {
    private RatisKvStore store;
    private int test;

    @BeforeAll
    void open(@TempDir Path folder) {
        store = RatisKvStore.open(RatisOptions.alone(RocksOptions.of(folder).withClock(clock)));
    }

    @AfterAll
    void close() {
        store.close();
    }

    @BeforeEach
    void takeDatabasesThatNoOtherTestHas() {
        test++;
    }

    @Override
    protected KvDatabase database(String name) {
        return store.database(name + "-" + test);
    }
}
