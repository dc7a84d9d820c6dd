package io.echelon.kvstore.ratis;

import io.echelon.kvstore.KvStore;
import io.echelon.kvstore.rocksdb.RocksOptions;
import java.io.IOException;
import java.nio.file.Path;

/** Replicated stores to measure. */
public final class ReplicatedForBenchmark implements AutoCloseable {
    private final Group3 group;

    public ReplicatedForBenchmark(Path folder) throws IOException {
        group = new Group3(folder, options -> options);
    }

    /** A group of one. */
    public static KvStore alone(Path folder) {
        return RatisKvStore.open(RatisOptions.alone(RocksOptions.of(folder)));
    }

    /** The replica with a role: leader, or follower. */
    public KvStore store(String role) {
        return group.store(role.equals("leader") ? group.leader() : group.follower());
    }

    @Override
    public void close() {
        group.close();
    }
}
