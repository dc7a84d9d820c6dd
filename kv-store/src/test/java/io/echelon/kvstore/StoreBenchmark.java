package io.echelon.kvstore;

import io.echelon.kvstore.ratis.ReplicatedForBenchmark;
import io.echelon.kvstore.rocksdb.RocksKvStore;
import io.echelon.kvstore.rocksdb.RocksOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.LongConsumer;
import java.util.stream.LongStream;

/**
 * A program that measures commits and reads of 200-byte values by clients of this process, each of
 * which waits for one answer before it asks again. Arguments: a folder that is empty, seconds a
 * measurement, and what to measure: {@code rocksdb} (one node without a log of its own), {@code
 * alone} (a group of one), {@code leader} or {@code follower} (three replicas in this process,
 * asked through that one).
 */
public final class StoreBenchmark {
    private static final int KEYS = 100_000;
    private static final int[] CLIENTS = {1, 16, 64, 256};
    private static final KvValue VALUE = KvValue.bytes(new byte[200]);

    private StoreBenchmark() {}

    public static void main(String[] args) throws InterruptedException, IOException {
        Path folder = Path.of(args[0]);
        Duration each = Duration.ofSeconds(Long.parseLong(args[1]));
        switch (args[2]) {
            case "rocksdb" -> {
                try (KvStore store = RocksKvStore.open(RocksOptions.of(folder))) {
                    measure(store, each);
                }
            }
            case "alone" -> {
                try (KvStore store = ReplicatedForBenchmark.alone(folder)) {
                    measure(store, each);
                }
            }
            default -> {
                try (ReplicatedForBenchmark replicas = new ReplicatedForBenchmark(folder)) {
                    measure(replicas.store(args[2]), each);
                }
            }
        }
    }

    private static void measure(KvStore store, Duration each) throws InterruptedException {
        KvDatabase database = store.database("bench");
        LongConsumer commit = key -> database.set(KvKey.of("row", key), VALUE).join();
        LongConsumer strong = key -> database.get(KvKey.of("row", key)).join();
        LongConsumer eventual =
                key -> database.get(List.of(KvKey.of("row", key)), Consistency.EVENTUAL).join();
        measure("warm-up", 64, each, commit);
        for (int clients : CLIENTS) {
            measure("commits", clients, each, commit);
        }
        measure("warm-up", 64, each, strong);
        for (int clients : CLIENTS) {
            measure("strong gets", clients, each, strong);
        }
        for (int clients : CLIENTS) {
            measure("eventual gets", clients, each, eventual);
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
                "%-13s %3d clients  %,9d/s  p50 %.3f ms  p99 %.3f ms%n",
                name, clients, nanos.length / each.toSeconds(), at(nanos, 0.50), at(nanos, 0.99));
    }

    private static double at(long[] sortedNanos, double quantile) {
        int index = (int) (quantile * (sortedNanos.length - 1));
        return sortedNanos[index] / 1e6;
    }
}
