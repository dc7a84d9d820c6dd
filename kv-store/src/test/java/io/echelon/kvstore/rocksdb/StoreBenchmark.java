package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvValue;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/**
 * A program that measures commits and gets of 200-byte values by 1, 16 and 64 clients, each of
 * which waits for one answer before it asks again. Arguments: folder, seconds a measurement.
 */
final class StoreBenchmark {
    private static final int KEYS = 100_000;
    private static final KvValue VALUE = KvValue.bytes(new byte[200]);

    private StoreBenchmark() {}

    public static void main(String[] args) throws InterruptedException {
        Duration each = Duration.ofSeconds(Long.parseLong(args[1]));
        try (RocksKvStore store = RocksKvStore.open(RocksOptions.of(Path.of(args[0])))) {
            KvDatabase database = store.database("bench");
            LongConsumer commit = key -> database.set(KvKey.of("row", key), VALUE).join();
            LongConsumer get = key -> database.get(KvKey.of("row", key)).join();
            measure("warm-up", 16, each, commit);
            for (int clients : new int[] {1, 16, 64}) {
                measure("commits", clients, each, commit);
            }
            measure("warm-up", 16, each, get);
            for (int clients : new int[] {1, 16, 64}) {
                measure("gets", clients, each, get);
            }
        }
    }

    private static void measure(String name, int clients, Duration each, LongConsumer call)
            throws InterruptedException {
        long end = System.nanoTime() + each.toNanos();
        List<LongStream.Builder> samples = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            LongStream.Builder mine = LongStream.builder();
            samples.add(mine);
            threads.add(
                    Thread.ofVirtual()
                            .start(
                                    () -> {
                                        long now = System.nanoTime();
                                        while (now < end) {
                                            call.accept(ThreadLocalRandom.current().nextLong(KEYS));
                                            long after = System.nanoTime();
                                            mine.add(after - now);
                                            now = after;
                                        }
                                    }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        long[] nanos = samples.stream().flatMapToLong(LongStream.Builder::build).sorted().toArray();
        System.out.printf(
                "%-8s %3d clients  %,9d/s  p50 %.3f ms  p99 %.3f ms%n",
                name, clients, nanos.length / each.toSeconds(), at(nanos, 0.50), at(nanos, 0.99));
    }

    private static double at(long[] sortedNanos, double quantile) {
        int index = (int) (quantile * (sortedNanos.length - 1));
        return sortedNanos[index] / 1e6;
    }
}
