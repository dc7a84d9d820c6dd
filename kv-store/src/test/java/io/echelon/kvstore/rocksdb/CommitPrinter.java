package io.echelon.kvstore.rocksdb;

import io.echelon.kvstore.Await;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.Versionstamp;
import java.nio.file.Path;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A program that commits without end and prints a line for every commit after it was acknowledged:
 * writer, number, versionstamp.
 */
final class CommitPrinter {
    private static final int WRITERS = 8;

    private CommitPrinter() {}

    public static void main(String[] args) {
        RocksKvStore store = RocksKvStore.open(RocksOptions.of(Path.of(args[0])));
        KvDatabase database = store.database("test");
        long round = Long.parseLong(args[1]);
        Lock output = new ReentrantLock();
        for (int i = 0; i < WRITERS; i++) {
            int writer = i;
            Thread.ofPlatform()
                    .start(
                            () -> {
                                for (long n = 0; ; n++) {
                                    long number = round * 1_000_000 + n;
                                    Versionstamp stamp =
                                            Await.committed(
                                                    database.set(
                                                            KvKey.of(writer, number),
                                                            KvValue.u64(number)));
                                    output.lock();
                                    try {
                                        System.out.println(
                                                writer + " " + number + " " + stamp.hex());
                                        System.out.flush();
                                    } finally {
                                        output.unlock();
                                    }
                                }
                            });
        }
    }
}
