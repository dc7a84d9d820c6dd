package io.echelon.kvstore;

import io.echelon.kvstore.rocksdb.RocksKvStore;
import io.echelon.kvstore.rocksdb.RocksOptions;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.IntConsumer;

/**
 * A program that measures a large database of 200-byte values, which compress badly. Arguments: a
 * folder, {@code fill} or {@code measure}, and a number of entries. To measure, it is started anew.
 */
public final class LargeDatabase {
    private static final int BATCH = 1_000;
    private static final int IN_FLIGHT = 8;
    private static final int ROUNDS = 2_000;
    private static final int PAGE = 100;
    private static final int VALUE_BYTES = 200;

    private LargeDatabase() {}

    public static void main(String[] args) {
        Path folder = Path.of(args[0]);
        int entries = Integer.parseInt(args[2]);
        long start = System.nanoTime();
        try (KvStore store = RocksKvStore.open(RocksOptions.of(folder))) {
            KvDatabase database = store.database("large");
            if (args[1].equals("fill")) {
                fill(database, entries);
                System.out.printf(
                        "| %,d entries written, %,d a commit | %.0f s |%n",
                        entries, BATCH, (System.nanoTime() - start) / 1e9);
                return;
            }
            var _ = database.get(key(entries / 2)).join().orElseThrow();
            System.out.printf(
                    "| restart, up to the first answer | %.2f s |%n",
                    (System.nanoTime() - start) / 1e9);
            measure(
                    "list of 100 from the middle",
                    i -> page(database, entries / 2 + i, PAGE, Order.FORWARD));
            measure(
                    "list of 100 from a random place",
                    i -> page(database, anywhere(entries), PAGE, Order.FORWARD));
            measure(
                    "list of 100 backwards from a random place",
                    i -> page(database, anywhere(entries), PAGE, Order.REVERSE));
            measure(
                    "get of a random key",
                    i -> {
                        var _ = database.get(key(anywhere(entries))).join().orElseThrow();
                    });
            measure(
                    "commit of one entry",
                    i -> database.set(key(anywhere(entries)), value(new Random(i))).join());
            Runtime runtime = Runtime.getRuntime();
            System.gc();
            System.out.printf(
                    "| Java heap in use, of %,d MB | %,d MB |%n",
                    runtime.maxMemory() >> 20,
                    (runtime.totalMemory() - runtime.freeMemory()) >> 20);
        }
    }

    private static void fill(KvDatabase database, int entries) {
        Random random = new Random(1);
        CompletableFuture<?>[] underWay = new CompletableFuture<?>[IN_FLIGHT];
        Arrays.fill(underWay, CompletableFuture.completedFuture(null));
        for (int from = 0; from < entries; from += BATCH) {
            AtomicWrite.Builder batch = AtomicWrite.builder();
            for (int i = from; i < Math.min(entries, from + BATCH); i++) {
                batch.set(key(i), value(random));
            }
            int slot = from / BATCH % IN_FLIGHT;
            underWay[slot].join();
            underWay[slot] = database.commit(batch.build());
        }
        CompletableFuture.allOf(underWay).join();
    }

    private static void page(KvDatabase database, int from, int count, Order order) {
        KvSelector below =
                order == Order.FORWARD
                        ? new KvSelector.PrefixFrom(KvKey.of("row"), key(from))
                        : new KvSelector.PrefixUntil(KvKey.of("row"), key(from));
        KvPage page =
                database.list(below, ListOptions.DEFAULT.withLimit(count).withOrder(order)).join();
        if (page.entries().size() != count) {
            throw new IllegalStateException("Only " + page.entries().size() + " entries");
        }
    }

    /** A number of an entry with a page of others on either side. */
    private static int anywhere(int entries) {
        return ThreadLocalRandom.current().nextInt(PAGE, entries - PAGE);
    }

    private static KvKey key(int number) {
        return KvKey.of("row", number);
    }

    private static KvValue value(Random random) {
        byte[] value = new byte[VALUE_BYTES];
        random.nextBytes(value);
        return KvValue.bytes(value);
    }

    private static void measure(String what, IntConsumer task) {
        long start = System.nanoTime();
        task.accept(0);
        double first = (System.nanoTime() - start) / 1e6;
        long[] nanos = new long[ROUNDS];
        for (int i = 0; i < ROUNDS; i++) {
            long begun = System.nanoTime();
            task.accept(i + 1);
            nanos[i] = System.nanoTime() - begun;
        }
        Arrays.sort(nanos);
        System.out.printf(
                "| %s: first / p50 / p99 | %.2f / %.3f / %.2f ms |%n",
                what, first, nanos[ROUNDS / 2] / 1e6, nanos[ROUNDS * 99 / 100] / 1e6);
    }
}
