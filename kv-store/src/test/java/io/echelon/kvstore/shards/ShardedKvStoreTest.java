package io.echelon.kvstore.shards;

import static io.echelon.kvstore.Await.committed;
import static io.echelon.kvstore.Await.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Consistency;
import io.echelon.kvstore.DatabaseSize;
import io.echelon.kvstore.Enqueue;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.KvSelector;
import io.echelon.kvstore.KvSnapshot;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.QueueMessage;
import io.echelon.kvstore.QueueSettlement;
import io.echelon.kvstore.StoreDigest;
import io.echelon.kvstore.StoreMark;
import io.echelon.kvstore.Versionstamp;
import io.echelon.kvstore.WatchProbe;
import io.echelon.kvstore.ratis.RatisKvStore;
import io.echelon.kvstore.rocksdb.AwayException;
import io.echelon.kvstore.rocksdb.Command;
import io.echelon.kvstore.rocksdb.Standing;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardedKvStoreTest {
    private static final String NAME = "t.acme.shop";
    private static final KvKey KEY = KvKey.of("key");

    @TempDir private Path folder;

    private static List<KvEntry> all(KvDatabase database) {
        return result(database.listAll(KvSelector.range(KvKey.of("a"), KvKey.of("zzz"))));
    }

    /** Writes enough that it is not moved by itself. */
    private static Versionstamp fill(KvDatabase database, int kilobytes) {
        Versionstamp last = committed(database.set(KEY, KvValue.u64(1)));
        for (int i = 0; i < kilobytes / 50; i++) {
            last =
                    committed(
                            database.set(KvKey.of("large", i), KvValue.bytes(new byte[50 * 1024])));
        }
        return last;
    }

    @Test
    void keepsEverythingOfADatabaseThatIsMovedAndBack() throws IOException {
        try (ShardedGroup group = new ShardedGroup(folder, 3)) {
            KvDatabase database = group.store(0).database(NAME);
            UUID id = result(database.id());
            fill(database, 400);
            committed(
                    database.commit(
                            AtomicWrite.builder()
                                    .set(
                                            KvKey.of("mortal"),
                                            KvValue.u64(2),
                                            Expiry.in(Duration.ofHours(1)))
                                    .enqueue(message("claimed"))
                                    .enqueue(message("waiting"))
                                    .build()));
            KvQueue queue = database.queue().orElseThrow();
            QueueMessage claimed = result(queue.claim(1, Duration.ofMinutes(5))).getFirst();
            List<KvEntry> before = all(database);
            Versionstamp last = committed(database.set(KvKey.of("last"), KvValue.u64(3)));
            committed(database.commit(AtomicWrite.builder().delete(KvKey.of("last")).build()));
            for (int shard : List.of(1, 2, 0, 2)) {
                group.move(NAME, shard);
                for (ShardedKvStore store : group.stores()) {
                    assertThat(all(store.database(NAME))).isEqualTo(before);
                    assertThat(result(store.database(NAME).id())).isEqualTo(id);
                }
                Versionstamp next = committed(database.set(KvKey.of("last"), KvValue.u64(3)));
                assertThat(next).isGreaterThan(last);
                last = next;
                committed(database.commit(AtomicWrite.builder().delete(KvKey.of("last")).build()));
                assertThat(sizeIn(group, shard).messages()).isEqualTo(2);
                for (int other = 0; other < 3; other++) {
                    if (other != shard) {
                        assertThat(group.shard(other).sizes(NAME)).isEmpty();
                    }
                }
            }
            assertThat(result(queue.settle(List.of(new QueueSettlement.Ack(claimed.receipt())))))
                    .first()
                    .matches(Optional::isPresent);
            assertThat(result(queue.claim(10, Duration.ofMinutes(5))))
                    .extracting(QueueMessage::payload)
                    .containsExactly(message("waiting").payload());
            verify(group);
        }
    }

    private static Enqueue message(String text) {
        return new Enqueue(
                new KvValue.V8(text.getBytes(java.nio.charset.StandardCharsets.US_ASCII)),
                Instant.EPOCH,
                List.of(),
                List.of());
    }

    private static DatabaseSize sizeIn(ShardedGroup group, int shard) {
        return group.leaderOf(shard).replicas().get(shard).sizes(NAME).getFirst();
    }

    /** Fails where replicas differ, or sizes are not those of what is there. */
    private static void verify(ShardedGroup group) {
        StoreMark mark = result(group.store(0).mark());
        List<StoreDigest> digests =
                group.stores().stream().map(store -> result(store.digest(mark))).toList();
        assertThat(digests).containsOnly(digests.getFirst());
    }

    @Test
    void writersReadersAndWatchersDoNotNoticeThatADatabaseIsMoved()
            throws IOException, InterruptedException {
        try (ShardedGroup group = new ShardedGroup(folder, 2)) {
            fill(group.store(0).database(NAME), 400);
            KvKey counter = KvKey.of("counter");
            AtomicBoolean ending = new AtomicBoolean();
            AtomicLong done = new AtomicLong();
            AtomicLong stale = new AtomicLong();
            WatchProbe probe = new WatchProbe();
            List<Thread> clients = new ArrayList<>();
            List<Throwable> failures = java.util.Collections.synchronizedList(new ArrayList<>());
            try (var _ = group.store(1).database(NAME).watch(List.of(counter), probe)) {
                for (int i = 0; i < 6; i++) {
                    KvDatabase database = group.store(i % 3).database(NAME);
                    clients.add(
                            Thread.ofVirtual()
                                    .start(
                                            () -> {
                                                try {
                                                    while (!ending.get()) {
                                                        committed(
                                                                database.commit(
                                                                        AtomicWrite.builder()
                                                                                .sum(counter, 1)
                                                                                .build()));
                                                        done.incrementAndGet();
                                                    }
                                                } catch (RuntimeException e) {
                                                    failures.add(e);
                                                }
                                            }));
                    clients.add(
                            Thread.ofVirtual()
                                    .start(
                                            () -> {
                                                try {
                                                    while (!ending.get()) {
                                                        long least = done.get();
                                                        if (counted(database, counter) < least) {
                                                            stale.incrementAndGet();
                                                        }
                                                    }
                                                } catch (RuntimeException e) {
                                                    failures.add(e);
                                                }
                                            }));
                }
                for (int i = 0; i < 10; i++) {
                    group.move(NAME, (i + 1) % 2);
                }
                ending.set(true);
                for (Thread client : clients) {
                    client.join();
                }
                assertThat(failures).isEmpty();
                assertThat(stale).hasValue(0);
                assertThat(counted(group.store(2).database(NAME), counter)).isEqualTo(done.get());
                var _ =
                        probe.until(
                                told ->
                                        told.getFirst()
                                                .filter(
                                                        entry ->
                                                                number(entry.value()) == done.get())
                                                .isPresent());
            }
            verify(group);
        }
    }

    private static long counted(KvDatabase database, KvKey counter) {
        return result(database.get(counter)).map(entry -> number(entry.value())).orElse(0L);
    }

    private static long number(KvValue value) {
        return ((KvValue.U64) value).value();
    }

    @Test
    void anotherFinishesAMoveThatStoppedAfterAnyOfItsSteps() throws IOException {
        try (ShardedGroup group = new ShardedGroup(folder, 2)) {
            for (int steps = 1; steps <= 6; steps++) {
                String name = NAME + steps;
                KvDatabase database = group.store(0).database(name);
                fill(database, 300);
                List<KvEntry> before = all(database);
                Versionstamp attempt = new Versionstamp(1, 0);
                List<Runnable> all =
                        List.of(
                                () -> step(group, 1, new Command.Arrive(name, attempt)),
                                () -> copy(group, name, attempt),
                                () -> step(group, 0, new Command.Depart(name, attempt)),
                                () -> copy(group, name, attempt),
                                () -> step(group, 0, new Command.Leave(name, attempt)),
                                () -> step(group, 1, new Command.Begin(name, attempt, 1L << 20)));
                all.subList(0, steps).forEach(Runnable::run);
                group.move(name, 1);
                assertThat(all(group.store(1).database(name))).isEqualTo(before);
                assertThat(group.shard(0).sizes(name)).isEmpty();
                // The first one goes on, and changes nothing any more.
                for (Runnable step : all.subList(steps, all.size())) {
                    try {
                        step.run();
                    } catch (EchelonException refused) {
                        assertThat(refused.code()).isEqualTo(ErrorCode.CONFLICT);
                    }
                }
                assertThat(all(group.store(2).database(name))).isEqualTo(before);
                committed(database.set(KEY, KvValue.u64(7)));
            }
            verify(group);
        }
    }

    @Test
    void whoeverStoodStillWhileTheDatabaseWasMovedAndBackChangesNothing() throws IOException {
        try (ShardedGroup group = new ShardedGroup(folder, 2)) {
            KvDatabase database = group.store(0).database(NAME);
            fill(database, 300);
            List<KvEntry> before = all(database);
            Versionstamp attempt = new Versionstamp(1, 0);
            step(group, 1, new Command.Arrive(NAME, attempt));
            group.move(NAME, 1);
            for (int place : List.of(1, 0)) {
                group.move(NAME, place);
                for (int shard = 0; shard < 2; shard++) {
                    for (Command.Step step :
                            List.of(
                                    new Command.Arrive(NAME, attempt),
                                    new Command.Receive(NAME, attempt, false, new byte[0]),
                                    new Command.Depart(NAME, attempt),
                                    new Command.Leave(NAME, attempt),
                                    new Command.Begin(NAME, attempt, 0),
                                    new Command.Remain(NAME, attempt),
                                    new Command.Clear(NAME, attempt))) {
                        int there = shard;
                        assertThatThrownBy(() -> step(group, there, step))
                                .hasMessageContaining("began later");
                    }
                }
                assertThat(all(group.store(2).database(NAME))).isEqualTo(before);
            }
            committed(database.set(KEY, KvValue.u64(7)));
            verify(group);
        }
    }

    private static void step(ShardedGroup group, int shard, Command.Step step) {
        var _ = result(group.shard(shard).step(step));
    }

    private static void copy(ShardedGroup group, String name, Versionstamp attempt) {
        try (var rows = result(group.shard(0).moved(name, null))) {
            rows.handTo(
                    (messages, part) ->
                            step(group, 1, new Command.Receive(name, attempt, messages, part)));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void aDatabaseThatCannotBeMovedCanBeChangedWhereItWas() throws IOException {
        try (ShardedGroup group = new ShardedGroup(folder, 2)) {
            KvDatabase database = group.store(0).database(NAME);
            fill(database, 300);
            Versionstamp attempt = new Versionstamp(1, 0);
            step(group, 0, new Command.Depart(NAME, attempt));
            step(group, 1, new Command.Arrive(NAME, attempt));
            copy(group, NAME, attempt);
            step(group, 0, new Command.Leave(NAME, attempt));
            assertThatThrownBy(
                            () -> step(group, 0, new Command.Remain(NAME, new Versionstamp(0, 7))))
                    .hasMessageContaining("began later");
            step(group, 0, new Command.Remain(NAME, attempt));
            assertThat(committed(database.set(KEY, KvValue.u64(2)))).isNotNull();
            assertThatThrownBy(() -> step(group, 0, new Command.Clear(NAME, attempt)))
                    .hasMessageContaining("lies in this shard");
            assertThat(all(database)).isNotEmpty();
        }
    }

    @Test
    void aReplicaThatKnowsOfOneShardRefusesWhatLiesInAnother() throws IOException {
        ShardedGroup group = new ShardedGroup(folder, 2);
        try {
            KvDatabase database = group.store(0).database(NAME);
            fill(database, 300);
            group.move(NAME, 1);
            group.closeAll();
            List<RatisKvStore> first = group.openFirstShards();
            try {
                KvDatabase there = first.getFirst().database(NAME);
                assertThatThrownBy(() -> result(there.get(KEY))).isInstanceOf(AwayException.class);
                assertThatThrownBy(() -> result(there.get(List.of(KEY), Consistency.EVENTUAL)))
                        .isInstanceOf(AwayException.class)
                        .hasMessageContaining("another shard");
                assertThatThrownBy(() -> result(there.set(KEY, KvValue.u64(9))))
                        .isInstanceOf(AwayException.class);
                assertThatThrownBy(() -> result(there.queue().orElseThrow().counts()))
                        .isInstanceOf(AwayException.class);
                assertThatThrownBy(() -> result(there.snapshot().next()))
                        .isInstanceOf(AwayException.class);
            } finally {
                first.forEach(RatisKvStore::close);
            }
            group.openAll(2);
            assertThat(result(group.store(1).database(NAME).get(KEY))).isPresent();
        } finally {
            group.close();
        }
    }

    @Test
    void spreadsNewDatabasesOfTenantsOverTheShards() throws IOException {
        try (ShardedGroup group = new ShardedGroup(folder, 3)) {
            List<String> names =
                    IntStream.range(0, 9).mapToObj(i -> "t.tenant-%d.app".formatted(i)).toList();
            for (String name : names) {
                committed(group.store(0).database(name).set(KEY, KvValue.u64(1)));
            }
            committed(group.store(0).database("system").set(KEY, KvValue.u64(1)));
            ShardedGroup.awaitUntil(
                    () ->
                            IntStream.range(0, 3)
                                    .noneMatch(shard -> group.shard(shard).sizes("t.").isEmpty()));
            for (String name : names) {
                assertThat(result(group.store(1).database(name).get(KEY))).isPresent();
            }
            assertThat(group.store(2).sizes("t."))
                    .extracting(DatabaseSize::name)
                    .containsExactlyElementsOf(names);
            assertThat(group.store(2).bytes("t.tenant-1.")).isPositive();
            assertThat(group.shard(0).standing("system")).isEqualTo(Standing.HERE);
        }
    }

    @Test
    void eachShardIsLedByAnotherMember() throws IOException {
        try (ShardedGroup group = new ShardedGroup(folder, 3)) {
            ShardedGroup.awaitUntil(
                    () ->
                            IntStream.range(0, 3)
                                    .allMatch(
                                            shard ->
                                                    group.store(shard)
                                                            .replicas()
                                                            .get(shard)
                                                            .leads()));
            assertThat(group.store(0).shards()).hasSize(3);
        }
    }

    @Test
    void aBackupHasEachDatabaseOnceWhileDatabasesAreMoved() throws IOException {
        try (ShardedGroup group = new ShardedGroup(folder, 2)) {
            KvDatabase database = group.store(0).database(NAME);
            fill(database, 300);
            List<KvEntry> all = all(database);
            for (int i = 0; i < 20; i++) {
                if (i % 4 == 0) {
                    result(group.store(0).move(NAME, i / 4 % 2 == 0 ? 1 : 0));
                }
                BackedUp backedUp = BackedUp.of(group.store(i % 3), folder.resolve("copy" + i));
                assertThat(backedUp.names()).containsExactly(NAME);
                if (i % 4 == 3) {
                    group.awaitPlace(NAME, i / 4 % 2 == 0 ? 1 : 0);
                    backedUp.restored(
                            NAME,
                            restored -> {
                                assertThat(all(restored)).isEqualTo(all);
                                assertThat(result(restored.id())).isEqualTo(result(database.id()));
                                Versionstamp now =
                                        committed(database.set(KvKey.of("z"), KvValue.u64(1)));
                                committed(
                                        database.commit(
                                                AtomicWrite.builder()
                                                        .delete(KvKey.of("z"))
                                                        .build()));
                                assertThat(committed(restored.set(KEY, KvValue.u64(2))))
                                        .isGreaterThan(now);
                            });
                }
            }
        }
    }

    @Test
    void aSnapshotShowsOneStateWhileItsDatabaseIsMoved() throws IOException {
        try (ShardedGroup group = new ShardedGroup(folder, 2)) {
            KvDatabase database = group.store(0).database(NAME);
            for (int i = 0; i < 500; i++) {
                committed(database.set(KvKey.of("entry", i), KvValue.bytes(new byte[1_000])));
            }
            try (KvSnapshot snapshot = database.snapshot()) {
                int found = result(snapshot.next()).size();
                group.move(NAME, 1);
                committed(database.set(KvKey.of("entry", 1_000), KvValue.u64(1)));
                for (List<KvEntry> part = result(snapshot.next());
                        !part.isEmpty();
                        part = result(snapshot.next())) {
                    found += part.size();
                }
                assertThat(found).isEqualTo(500);
                assertThat(snapshot.unity()).isEqualTo(KvSnapshot.Unity.ONE_STATE);
            }
        }
    }

    @Test
    void refusesWhatCannotBeMovedAndShardsThatAreNotThere() throws IOException {
        try (ShardedGroup group = new ShardedGroup(folder, 2)) {
            ShardedKvStore store = group.store(0);
            assertThatThrownBy(() -> result(store.move("system", 1)))
                    .hasMessageContaining("databases of tenants");
            assertThatThrownBy(() -> result(store.move(NAME, 2)))
                    .hasMessageContaining("There is no shard 2");
            result(store.move(NAME, 1));
            assertThatThrownBy(() -> result(store.move(NAME, 0)))
                    .isInstanceOfSatisfying(
                            EchelonException.class,
                            refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.CONFLICT));
            group.awaitPlace(NAME, 1);
            assertThat(result(store.places()))
                    .extracting(place -> place.name() + " " + place.shard())
                    .containsExactly(NAME + " 1");
        }
        assertThatThrownBy(() -> ShardedKvStore.requireAll(folder.resolve("node-0"), 1))
                .hasMessageContaining("not fewer");
        ShardedKvStore.requireAll(folder.resolve("node-0"), 4);
    }

    @Test
    void aStoreOfOneShardBecomesOneOfSeveral() throws IOException {
        ShardedGroup group = new ShardedGroup(folder, 2);
        try {
            group.closeAll();
            List<RatisKvStore> first = group.openFirstShards();
            fill(first.getFirst().database(NAME), 300);
            first.forEach(RatisKvStore::close);
            group.openAll(3);
            assertThat(result(group.store(0).database(NAME).get(KEY))).isPresent();
            group.move(NAME, 2);
            assertThat(result(group.store(1).database(NAME).get(KEY))).isPresent();
        } finally {
            group.close();
        }
    }
}
