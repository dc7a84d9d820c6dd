package io.echelon.kvstore;

import io.echelon.kvstore.ratis.ReplicatedForBenchmark;
import io.echelon.kvstore.rocksdb.RocksKvStore;
import io.echelon.kvstore.rocksdb.RocksOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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
    private static final int KEYS = 10_000;
    private static final int[] CLIENTS = {1, 16, 64, 256};
    private static final KvValue VALUE = KvValue.bytes(new byte[200]);
    private static final int LIST = 1_000;

    private final KvDatabase database;
    private final AtomicLong filled = new AtomicLong();

    /**
     * Clients of a store.
     *
     * @param store stays open
     */
    public StoreBenchmark(KvStore store) {
        this.database = store.database("bench");
    }

    /** What was measured. */
    public record Figures(long perSecond, double p50Millis, double p99Millis) {}

    public static void main(String[] args) throws InterruptedException, IOException {
        Path folder = Path.of(args[0]);
        long seconds = Long.parseLong(args[1]);
        switch (args[2]) {
            case "rocksdb" -> {
                try (KvStore store = RocksKvStore.open(RocksOptions.of(folder))) {
                    new StoreBenchmark(store).measureAll(seconds);
                }
            }
            case "alone" -> {
                try (KvStore store = ReplicatedForBenchmark.alone(folder)) {
                    new StoreBenchmark(store).measureAll(seconds);
                }
            }
            default -> {
                try (ReplicatedForBenchmark replicas = new ReplicatedForBenchmark(folder)) {
                    new StoreBenchmark(replicas.store(args[2])).measureAll(seconds);
                }
            }
        }
    }

    private void measureAll(long seconds) throws InterruptedException {
        measure("fill", 64, seconds);
        for (int clients : CLIENTS) {
            print("commit", clients, seconds);
        }
        measure("strong", 64, seconds);
        for (int clients : CLIENTS) {
            print("strong", clients, seconds);
        }
        for (int clients : CLIENTS) {
            print("eventual", clients, seconds);
        }
    }

    private void print(String what, int clients, long seconds) throws InterruptedException {
        Figures figures = measure(what, clients, seconds);
        System.out.printf(
                "%-13s %3d clients  %,9d/s  p50 %.3f ms  p99 %.3f ms%n",
                what, clients, figures.perSecond(), figures.p50Millis(), figures.p99Millis());
    }

    /**
     * Has clients do something for a time.
     *
     * @param what {@code fill} (sets the keys in turn), {@code commit}, {@code strong} or {@code
     *     eventual} (gets of one key), or {@code list} (the first thousand)
     */
    public Figures measure(String what, int clients, long seconds) throws InterruptedException {
        LongConsumer call =
                switch (what) {
                    case "fill" -> _ -> database.set(key(filled.getAndIncrement()), VALUE).join();
                    case "commit" -> key -> database.set(key(key), VALUE).join();
                    case "strong" -> key -> get(key, Consistency.STRONG);
                    case "eventual" -> key -> get(key, Consistency.EVENTUAL);
                    case "list" -> _ -> list();
                    default -> throw new IllegalArgumentException(what);
                };
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        List<LongStream.Builder> samples = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < clients; i++) {
            LongStream.Builder mine = LongStream.builder();
            samples.add(mine);
            threads.add(Thread.ofVirtual().start(() -> repeat(call, end, mine)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        long[] nanos = samples.stream().flatMapToLong(LongStream.Builder::build).sorted().toArray();
        return new Figures(nanos.length / seconds, at(nanos, 0.50), at(nanos, 0.99));
    }

    private static void repeat(LongConsumer call, long end, LongStream.Builder samples) {
        long now = System.nanoTime();
        while (now < end) {
            call.accept(ThreadLocalRandom.current().nextLong(KEYS));
            long after = System.nanoTime();
            samples.add(after - now);
            now = after;
        }
    }

    private static KvKey key(long number) {
        return KvKey.of("row", number % KEYS);
    }

    private void get(long key, Consistency consistency) {
        database.get(List.of(key(key)), consistency).join();
    }

    private void list() {
        int found =
                database.read(
                                List.of(
                                        new RangeRead(
                                                KvKey.of("row").encoded(),
                                                KvKey.of("rox").encoded(),
                                                LIST,
                                                Order.FORWARD)),
                                Consistency.STRONG)
                        .join()
                        .getFirst()
                        .size();
        if (found != LIST) {
            throw new IllegalStateException("A list has %d entries".formatted(found));
        }
    }

    private static double at(long[] sortedNanos, double quantile) {
        int index = (int) (quantile * (sortedNanos.length - 1));
        return sortedNanos[index] / 1e6;
    }
}
