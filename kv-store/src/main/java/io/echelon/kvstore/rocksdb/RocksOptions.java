package io.echelon.kvstore.rocksdb;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;

/**
 * How a {@link RocksKvStore} is opened.
 *
 * @param folder where it keeps its files; made when it does not exist
 * @param clock what decides when values expire
 * @param reserveBytes free space below which commits are refused, so that the engine itself never
 *     meets a full disk
 * @param blockCacheBytes native memory for blocks that were read
 * @param sweepEvery time between two searches for expired values
 */
public record RocksOptions(
        Path folder, Clock clock, long reserveBytes, long blockCacheBytes, Duration sweepEvery) {
    public static final long RESERVE_BYTES_DEFAULT = 128L * 1024 * 1024;
    public static final long BLOCK_CACHE_BYTES_DEFAULT = 64L * 1024 * 1024;
    public static final Duration SWEEP_EVERY_DEFAULT = Duration.ofSeconds(1);

    /** The defaults, and the system's clock. */
    public static RocksOptions of(Path folder) {
        return new RocksOptions(
                folder,
                Clock.systemUTC(),
                RESERVE_BYTES_DEFAULT,
                BLOCK_CACHE_BYTES_DEFAULT,
                SWEEP_EVERY_DEFAULT);
    }

    public RocksOptions withFolder(Path newFolder) {
        return new RocksOptions(newFolder, clock, reserveBytes, blockCacheBytes, sweepEvery);
    }

    public RocksOptions withClock(Clock newClock) {
        return new RocksOptions(folder, newClock, reserveBytes, blockCacheBytes, sweepEvery);
    }

    public RocksOptions withReserveBytes(long newReserveBytes) {
        return new RocksOptions(folder, clock, newReserveBytes, blockCacheBytes, sweepEvery);
    }

    public RocksOptions withSweepEvery(Duration newSweepEvery) {
        return new RocksOptions(folder, clock, reserveBytes, blockCacheBytes, newSweepEvery);
    }
}
