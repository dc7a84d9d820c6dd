package io.echelon.kvstore.ratis;

import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvSubscription;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.KvWatcher;
import io.echelon.tenants.EchelonException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * A program that measures how long after a commit was acknowledged by the leader a listener tells
 * of it, while other clients commit as fast as they can or do nothing. Three replicas and the
 * listener are in this process. Arguments: a folder that is empty, seconds a measurement, and
 * numbers of other clients.
 */
final class ListenerBenchmark {
    private static final KvKey WATCHED = KvKey.of("watched");
    private static final KvValue VALUE = KvValue.bytes(new byte[200]);
    private static final int KEYS = 10_000;

    private ListenerBenchmark() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        Duration each = Duration.ofSeconds(Long.parseLong(args[1]));
        try (Group3 group = new Group3(Path.of(args[0]), options -> options)) {
            RatisKvStore leader = group.store(group.leader());
            Member member = Group3.freeMembers("listener").getFirst();
            RatisKvStore listener = group.join(member, RatisOptions.Part.LISTENER);
            leader.add(member, RatisOptions.Part.LISTENER).join();
            KvDatabase written = leader.database("bench");
            KvDatabase followed = listener.database("bench");
            for (int i = 2; i < args.length; i++) {
                int others = Integer.parseInt(args[i]);
                measure(written, followed, others, each); // to warm
                long[] nanos = measure(written, followed, others, each);
                System.out.printf(
                        "%3d other clients: %,d commits followed, p50 %.2f ms, p99 %.2f ms, most %.2f ms behind%n",
                        others,
                        nanos.length,
                        nanos[nanos.length / 2] / 1e6,
                        nanos[nanos.length * 99 / 100] / 1e6,
                        nanos[nanos.length - 1] / 1e6);
            }
        }
    }

    private static long[] measure(
            KvDatabase written, KvDatabase followed, int others, Duration time)
            throws InterruptedException {
        long end = System.nanoTime() + time.toNanos();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < others; i++) {
            threads.add(Thread.ofVirtual().start(() -> commit(written, end)));
        }
        long[] nanos = new long[1 << 20];
        int count = 0;
        Told told = new Told();
        try (KvSubscription _ = followed.watch(List.of(WATCHED), told)) {
            while (System.nanoTime() < end && count < nanos.length) {
                var result = (CommitResult.Committed) written.set(WATCHED, VALUE).join();
                long acknowledged = System.nanoTime();
                long seen = told.await(result);
                nanos[count++] = Math.max(0, seen - acknowledged);
            }
        }
        for (Thread thread : threads) {
            thread.join();
        }
        long[] sorted = Arrays.copyOf(nanos, count);
        Arrays.sort(sorted);
        return sorted;
    }

    private static void commit(KvDatabase written, long end) {
        while (System.nanoTime() < end) {
            written.set(KvKey.of("row", ThreadLocalRandom.current().nextLong(KEYS)), VALUE).join();
        }
    }

    /** When the listener told of the latest commit. */
    private static final class Told implements KvWatcher {
        private Optional<KvEntry> last = Optional.empty();
        private long nanos;

        @Override
        public synchronized void changed(List<Optional<KvEntry>> entries) {
            last = entries.getFirst();
            nanos = System.nanoTime();
            notifyAll();
        }

        @Override
        public void failed(EchelonException reason) {
            throw reason;
        }

        /** Waits until a commit was told of, and says when that was. */
        synchronized long await(CommitResult.Committed commit) throws InterruptedException {
            while (last.filter(entry -> entry.versionstamp().equals(commit.versionstamp()))
                    .isEmpty()) {
                wait();
            }
            return nanos;
        }
    }
}
