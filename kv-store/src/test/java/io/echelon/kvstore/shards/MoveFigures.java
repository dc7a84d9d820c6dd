package io.echelon.kvstore.shards;

import static io.echelon.kvstore.Await.committed;
import static io.echelon.kvstore.Await.result;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvValue;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Measures how long a commit and a strong read wait while their database is moved, by its size.
 * Arguments: a folder, and sizes in megabytes. Three replicas of two shards in this process.
 */
final class MoveFigures {
    private static final int VALUE_BYTES = 1_000;
    private static final int VALUES_A_COMMIT = 500;

    private MoveFigures() {}

    public static void main(String[] args) throws Exception {
        try (ShardedGroup group = new ShardedGroup(Path.of(args[0]), 2)) {
            for (int i = 1; i < args.length; i++) {
                String name = "t.figures.of-" + i;
                fill(group.store(0).database(name), Integer.parseInt(args[i]));
                for (int shard : new int[] {1, 0, 1}) {
                    move(group, name, args[i], shard);
                }
            }
        }
    }

    private static void fill(KvDatabase database, int megabytes) {
        Random random = new Random(1);
        for (int i = 0; i < megabytes * 1_000_000 / VALUE_BYTES / VALUES_A_COMMIT; i++) {
            AtomicWrite.Builder write = AtomicWrite.builder();
            for (int j = 0; j < VALUES_A_COMMIT; j++) {
                byte[] value = new byte[VALUE_BYTES];
                random.nextBytes(value);
                write.set(KvKey.of("value", i, j), KvValue.bytes(value));
            }
            committed(database.commit(write.build()));
        }
    }

    private static void move(ShardedGroup group, String name, String megabytes, int shard)
            throws InterruptedException {
        AtomicBoolean ending = new AtomicBoolean();
        AtomicLong commit = new AtomicLong();
        AtomicLong read = new AtomicLong();
        KvDatabase database = group.store(1).database(name);
        KvKey key = KvKey.of("moved");
        Thread writer = repeat(ending, commit, () -> committed(database.set(key, KvValue.u64(1))));
        Thread reader = repeat(ending, read, () -> result(database.get(key)));
        long begun = System.nanoTime();
        group.move(name, shard);
        long took = System.nanoTime() - begun;
        ending.set(true);
        writer.join();
        reader.join();
        System.out.printf(
                "%s MB to shard %d: %,d ms until it is done everywhere; a commit waited %,d ms at most, a strong read %,d ms%n",
                megabytes,
                shard,
                TimeUnit.NANOSECONDS.toMillis(took),
                TimeUnit.NANOSECONDS.toMillis(commit.get()),
                TimeUnit.NANOSECONDS.toMillis(read.get()));
    }

    private static Thread repeat(AtomicBoolean ending, AtomicLong longest, Runnable call) {
        return Thread.ofPlatform()
                .start(
                        () -> {
                            while (!ending.get()) {
                                long begun = System.nanoTime();
                                call.run();
                                longest.accumulateAndGet(System.nanoTime() - begun, Math::max);
                            }
                        });
    }
}
