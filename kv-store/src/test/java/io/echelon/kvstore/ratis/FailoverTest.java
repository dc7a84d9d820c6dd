package io.echelon.kvstore.ratis;

import static io.echelon.kvstore.Await.committed;
import static io.echelon.kvstore.Await.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.HeldClock;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvSubscription;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.Versionstamp;
import io.echelon.kvstore.WatchProbe;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What goes on while the leader changes. */
class FailoverTest {
    private static final KvKey KEY = KvKey.of("key");

    private final HeldClock clock = new HeldClock();

    @TempDir Path folder;

    private Group3 group;

    @BeforeEach
    void open() throws IOException {
        group =
                new Group3(
                        folder,
                        options ->
                                options.withState(
                                        options.state()
                                                .withClock(clock)
                                                .withSweepEvery(Duration.ofMillis(20))));
    }

    @AfterEach
    void close() {
        group.close();
    }

    /** The others would notice a silence only long after the assertion. */
    @Test
    void aLeaderThatClosesHasHandedOver() throws IOException {
        try (Group3 patient =
                new Group3(
                        folder.resolve("patient"),
                        options -> options.withLeaderSilence(Duration.ofSeconds(6)))) {
            String closed = patient.leader();
            patient.stop(closed);
            assertThat(patient.stores())
                    .as("replicas that know at once who leads instead of %s", closed)
                    .anyMatch(store -> store.leader() != null && !closed.equals(store.leader()));
        }
    }

    @Test
    void valuesExpireNeverEarlyAndSoonAfterWhoeverLeads() throws InterruptedException {
        KvDatabase database = group.store(group.leader()).database("test");
        for (int seconds = 10; seconds <= 60; seconds += 10) {
            committed(
                    database.commit(
                            AtomicWrite.builder()
                                    .set(
                                            lasting(seconds),
                                            KvValue.u64(seconds),
                                            Expiry.in(Duration.ofSeconds(seconds)))
                                    .build()));
        }
        // That the one before is gone shows that a sweep has looked; it must have left the next.
        awaitExpiry(10);
        String stopped = group.leader();
        group.stop(stopped);
        awaitExpiry(20);
        awaitExpiry(30);
        group.start(stopped);
        awaitExpiry(40);
        group.stop(group.leader());
        awaitExpiry(50);
    }

    private static KvKey lasting(int seconds) {
        return KvKey.of("seconds", seconds);
    }

    /** Moves the clock on to the time when a value expires, ten seconds before the next one. */
    private void awaitExpiry(int seconds) throws InterruptedException {
        clock.advance(Duration.ofMillis(9_999));
        List<WatchProbe> probes = new ArrayList<>();
        List<KvSubscription> watches = new ArrayList<>();
        for (RatisKvStore store : group.stores()) {
            WatchProbe probe = new WatchProbe();
            probes.add(probe);
            watches.add(
                    store.database("test")
                            .watch(List.of(lasting(seconds), lasting(seconds + 10)), probe));
            committed(store.database("test").set(KvKey.of("tick"), KvValue.u64(seconds)));
            assertThat(result(store.database("test").get(lasting(seconds)))).isPresent();
        }
        clock.advance(Duration.ofMillis(1));
        for (WatchProbe probe : probes) {
            assertThat(probe.until(told -> told.getFirst().isEmpty()).getLast()).isPresent();
        }
        watches.forEach(KvSubscription::close);
    }

    @Test
    void aWatchIsToldTheLastStateWhoeverLeads() throws Exception {
        List<String> names = List.of("a", "b", "c");
        for (int round = 0; round < 3; round++) {
            String stopped = group.leader();
            List<String> going = names.stream().filter(name -> !name.equals(stopped)).toList();
            List<WatchProbe> probes = new ArrayList<>();
            List<KvSubscription> watches = new ArrayList<>();
            for (String name : going) {
                WatchProbe probe = new WatchProbe();
                probes.add(probe);
                watches.add(group.store(name).database("test").watch(List.of(KEY), probe));
            }
            KvDatabase database = group.store(going.getFirst()).database("test");
            for (int i = 0; i < 50; i++) {
                committed(database.set(KEY, KvValue.u64(i)));
            }
            // Some of these are under way while the leader goes.
            List<CompletableFuture<?>> writes = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                writes.add(database.set(KEY, KvValue.u64(i)));
            }
            group.stop(stopped);
            for (var write : writes) {
                result(write);
            }
            Versionstamp last = committed(database.set(KEY, KvValue.u64(round)));
            Predicate<List<Optional<KvEntry>>> isLast =
                    told ->
                            told.getFirst()
                                    .map(KvEntry::versionstamp)
                                    .filter(last::equals)
                                    .isPresent();
            for (WatchProbe probe : probes) {
                probe.until(isLast);
            }
            // One that comes back, and catches up, tells it too.
            WatchProbe back = new WatchProbe();
            watches.add(group.start(stopped).database("test").watch(List.of(KEY), back));
            back.until(isLast);
            watches.forEach(KvSubscription::close);
        }
    }
}
