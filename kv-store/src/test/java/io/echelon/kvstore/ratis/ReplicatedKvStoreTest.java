package io.echelon.kvstore.ratis;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.Consistency;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvSnapshot;
import io.echelon.kvstore.KvStore;
import io.echelon.kvstore.KvStoreContract;
import io.echelon.kvstore.KvSubscription;
import io.echelon.kvstore.KvWatcher;
import io.echelon.kvstore.RangeRead;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/** Three replicas keep the contract, asked through one that does not lead. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReplicatedKvStoreTest extends KvStoreContract {
    private Group3 group;
    private int test;

    @BeforeAll
    void open(@TempDir Path folder) throws IOException {
        group =
                new Group3(
                        folder,
                        options ->
                                options.withState(
                                        options.state()
                                                .withClock(clock)
                                                .withSweepEvery(Duration.ofMillis(20))));
    }

    @AfterAll
    void close() {
        group.close();
    }

    @BeforeEach
    void takeDatabasesThatNoOtherTestHas() {
        test++;
    }

    @Override
    protected KvStore store() {
        RatisKvStore follower = group.store(group.follower());
        return new KvStore() {
            @Override
            public KvDatabase database(String name) {
                follower.database(name);
                return new ReadingItsWrites(follower.database(name + "-" + test));
            }

            @Override
            public void close() {}
        };
    }

    /** After a commit its replica is asked for a strong read, so that all reads there show it. */
    private record ReadingItsWrites(KvDatabase database) implements KvDatabase {
        @Override
        public String name() {
            return database.name();
        }

        @Override
        public CompletableFuture<UUID> id() {
            return database.id();
        }

        @Override
        public CompletableFuture<List<List<KvEntry>>> read(
                List<RangeRead> ranges, Consistency consistency) {
            return database.read(ranges, consistency);
        }

        @Override
        public CompletableFuture<CommitResult> commit(AtomicWrite write) {
            return database.commit(write)
                    .thenCompose(done -> database.get(KvKey.of("any")).thenApply(_ -> done));
        }

        @Override
        public KvSubscription watch(List<KvKey> keys, KvWatcher watcher) {
            return database.watch(keys, watcher);
        }

        @Override
        public KvSnapshot snapshot() {
            return database.snapshot();
        }
    }
}
