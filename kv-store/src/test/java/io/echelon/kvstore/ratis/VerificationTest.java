package io.echelon.kvstore.ratis;

import static io.echelon.kvstore.Await.committed;
import static io.echelon.kvstore.Await.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.kvstore.DatabaseSize;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.StoreDigest;
import io.echelon.kvstore.StoreMark;
import io.echelon.kvstore.StoreStatus;
import io.echelon.kvstore.rocksdb.RocksKvStore;
import io.echelon.kvstore.rocksdb.RocksOptions;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What replicas tell of themselves, and whether they have the same. */
class VerificationTest {
    @TempDir Path folder;

    @Test
    void replicasHaveTheSameAtAMarkWhileCommitsGoOn() throws Exception {
        try (Group3 group = new Group3(folder, options -> options)) {
            RatisKvStore leader = group.store(group.leader());
            AtomicBoolean over = new AtomicBoolean();
            AtomicInteger commits = new AtomicInteger();
            Thread writer =
                    Thread.startVirtualThread(
                            () -> {
                                KvDatabase database = leader.database("test");
                                while (!over.get()) {
                                    int i = commits.incrementAndGet();
                                    committed(database.set(KvKey.of(i), KvValue.u64(i)));
                                }
                            });
            while (commits.get() < 100) {
                Thread.onSpinWait();
            }
            StoreMark first = result(group.store(group.follower()).mark());
            List<StoreDigest> digests =
                    group.stores().stream().map(store -> result(store.digest(first))).toList();
            assertThat(digests).hasSize(3);
            assertThat(digests.stream().distinct()).hasSize(1);
            assertThat(digests.getFirst().entries()).isGreaterThan(100);
            while (commits.get() < 300) {
                Thread.onSpinWait();
            }
            StoreMark second = result(leader.mark());
            over.set(true);
            writer.join();
            assertThat(result(leader.digest(second)).sha256())
                    .isNotEqualTo(digests.getFirst().sha256())
                    .isEqualTo(result(group.store(group.follower()).digest(second)).sha256());
        }
    }

    @Test
    void replicasTellTheirRoleAndHowFarTheyAre() throws Exception {
        try (Group3 group = new Group3(folder, options -> options)) {
            RatisKvStore leader = group.store(group.leader());
            committed(leader.database("test").set(KvKey.of("key"), KvValue.u64(1)));
            StoreStatus status = leader.status();
            assertThat(status.role()).isEqualTo(StoreStatus.Role.LEADER);
            assertThat(status.leader()).isEqualTo(status.replica());
            assertThat(status.voters()).containsExactly("a", "b", "c");
            assertThat(status.term()).isPositive();
            assertThat(status.logBytes()).isPositive();
            assertThat(status.applied()).isPositive().isLessThanOrEqualTo(status.committed());
            assertThat(group.store(group.follower()).status().role())
                    .isEqualTo(StoreStatus.Role.FOLLOWER);
        }
    }

    @Test
    void aStoreWithoutReplicasTellsWhatItHas() {
        try (RocksKvStore store = RocksKvStore.open(RocksOptions.of(folder))) {
            KvValue value = KvValue.bytes(new byte[30_000]);
            for (int i = 0; i < 20; i++) {
                committed(store.database("large").set(KvKey.of(i), value));
            }
            committed(store.database("small").set(KvKey.of(1), KvValue.u64(1)));
            assertThat(store.status().role()).isEqualTo(StoreStatus.Role.ALONE);
            assertThat(store.sizes())
                    .extracting(DatabaseSize::name)
                    .containsExactly("large", "small");
            StoreDigest digest = result(store.digest(result(store.mark())));
            assertThat(digest.entries()).isEqualTo(22);
            assertThat(digest.bytes()).isGreaterThan(600_000);
            assertThat(result(store.digest(result(store.mark())))).isNotEqualTo(digest);
        }
    }
}
