package io.echelon.kvstore.rocksdb;

import static io.echelon.kvstore.Await.committed;
import static io.echelon.kvstore.Await.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Enqueue;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvLimits;
import io.echelon.kvstore.KvSelector;
import io.echelon.kvstore.KvStore;
import io.echelon.kvstore.KvStoreContract;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.Order;
import io.echelon.kvstore.Versionstamp;
import io.echelon.kvstore.WatchProbe;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.WriteBatch;

class RocksKvStoreTest extends KvStoreContract {
    private static final KvKey KEY = KvKey.of("key");
    private static final long RESERVE_BYTES = 1024 * 1024;

    @TempDir Path folder;

    private final AtomicLong usableBytes = new AtomicLong(Long.MAX_VALUE);
    private RocksKvStore store;

    @BeforeEach
    void open() {
        RocksOptions options = options();
        store = RocksKvStore.open(options, new DiskSpace(folder, RESERVE_BYTES, usableBytes::get));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    protected KvStore store() {
        return store;
    }

    private RocksOptions options() {
        return RocksOptions.of(folder).withClock(clock).withSweepEvery(Duration.ofMillis(20));
    }

    private KvDatabase database() {
        return store.database("test");
    }

    @Test
    void keepsRowsIdentityAndVersionstampsAcrossRestarts() {
        Versionstamp before = committed(database().set(KEY, text("1")));
        var id = result(database().id());
        for (int i = 0; i < 3; i++) {
            store.close();
            open();
            assertThat(result(database().get(KEY)).orElseThrow().versionstamp()).isEqualTo(before);
            assertThat(result(database().id())).isEqualTo(id);
            Versionstamp after = committed(database().set(KEY, text("1")));
            assertThat(after).isGreaterThan(before);
            before = after;
        }
    }

    @Test
    void refusesToOpenAFolderTwice() {
        RocksOptions options = options();
        assertThatThrownBy(() -> RocksKvStore.open(options))
                .isInstanceOf(EchelonException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("open already");
        committed(database().set(KEY, text("still works")));
    }

    @Test
    void refusesCommitsOnAFullDiskAndGoesOnWhenThereIsSpace() {
        committed(database().set(KEY, text("before")));
        usableBytes.set(RESERVE_BYTES);
        assertThatThrownBy(() -> result(database().set(KEY, text("lost"))))
                .isInstanceOfSatisfying(
                        EchelonException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FULL))
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("Free some space");
        assertThat(result(database().get(KEY)).orElseThrow().value()).isEqualTo(text("before"));
        usableBytes.set(2 * RESERVE_BYTES);
        committed(database().set(KEY, text("after")));
        assertThat(result(database().get(KEY)).orElseThrow().value()).isEqualTo(text("after"));
    }

    @Test
    void failsCallsAndEndsWatchesWhenItIsClosed() throws InterruptedException {
        WatchProbe probe = new WatchProbe();
        database().watch(List.of(KEY), probe);
        probe.next();
        store.close();
        assertThat(probe.failure().code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertRefused(ErrorCode.UNAVAILABLE, () -> result(database().get(KEY)));
        assertRefused(ErrorCode.UNAVAILABLE, () -> result(database().set(KEY, text("x"))));
        WatchProbe late = new WatchProbe();
        database().watch(List.of(KEY), late);
        assertThat(late.failure().code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }

    @Test
    void refusesAFolderWrittenByANewerProgram() throws Exception {
        store.close();
        try (Engine engine = Engine.open(folder, 1024);
                WriteBatch batch = new WriteBatch()) {
            engine.put(
                    batch,
                    Family.META,
                    "format".getBytes(StandardCharsets.US_ASCII),
                    new byte[] {9});
            engine.write(batch);
        }
        assertThatThrownBy(() -> RocksKvStore.open(options()))
                .isInstanceOf(EchelonException.class)
                .hasMessageContaining("format 9");
    }

    @Test
    void keepsNoIndexOfExpiryForValuesThatWereReplacedOrSwept() throws InterruptedException {
        for (int i = 0; i < 20; i++) {
            committed(
                    database()
                            .commit(
                                    AtomicWrite.builder()
                                            .set(
                                                    KEY,
                                                    text("x"),
                                                    Expiry.in(Duration.ofSeconds(i + 1)))
                                            .build()));
        }
        WatchProbe probe = new WatchProbe();
        try (var _ = database().watch(List.of(KEY), probe)) {
            clock.advance(Duration.ofSeconds(19));
            assertThat(result(database().get(KEY))).isPresent();
            clock.advance(Duration.ofSeconds(1));
            probe.until(entries -> entries.getFirst().isEmpty());
        }
        store.close();
        assertThat(scan(Family.EXPIRY, (key, _) -> key)).isEmpty();
    }

    @Test
    void storesQueueMessagesWithTheirCommitInTheOrderInWhichTheyAreDue() {
        List<Enqueue> messages = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            messages.add(
                    new Enqueue(
                            new KvValue.V8(new byte[] {(byte) 0xff, 15, 'I', (byte) (2 * i)}),
                            clock.instant().plusSeconds(10 - i),
                            List.of(KvKey.of("dead", i)),
                            List.of(Duration.ofSeconds(1), Duration.ofSeconds(i))));
        }
        AtomicWrite.Builder write = AtomicWrite.builder();
        messages.forEach(write::enqueue);
        committed(database().commit(write.build()));
        AtomicWrite conflicting =
                AtomicWrite.builder()
                        .check(KEY, new Versionstamp(1, 1))
                        .enqueue(messages.getFirst())
                        .build();
        result(database().commit(conflicting));
        store.close();
        assertThat(messages())
                .extracting(QueueRow::payload)
                .containsExactlyElementsOf(
                        messages.reversed().stream().map(m -> m.payload().data()).toList());
    }

    @Test
    void readsAListFromOneSnapshotWhileCommitsGoOn() throws Exception {
        List<KvKey> pair = List.of(KvKey.of("p", 1), KvKey.of("p", 2));
        Thread writer =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    for (long i = 0; i < 300; i++) {
                                        committed(
                                                database()
                                                        .commit(
                                                                AtomicWrite.builder()
                                                                        .set(
                                                                                pair.getFirst(),
                                                                                KvValue.u64(i))
                                                                        .set(
                                                                                pair.getLast(),
                                                                                KvValue.u64(i))
                                                                        .build()));
                                    }
                                });
        while (writer.isAlive()) {
            List<KvValue> values =
                    result(database().listAll(KvSelector.prefix(KvKey.of("p")))).stream()
                            .map(entry -> entry.value())
                            .distinct()
                            .toList();
            assertThat(values).hasSizeLessThanOrEqualTo(1);
        }
        writer.join();
    }

    private List<QueueRow> messages() {
        byte[] prefix = RowKey.prefix("test");
        return scan(Family.QUEUE, (key, value) -> QueueRow.decode(prefix, key, value));
    }

    private <T> List<T> scan(Family family, BiFunction<byte[], byte[], T> decode) {
        List<T> found = new ArrayList<>();
        try (Engine engine = Engine.open(folder, 1024)) {
            return engine.snapshot(
                    snapshot -> {
                        byte[] end = new byte[KvLimits.KEY_MAX_BYTES];
                        Arrays.fill(end, (byte) 0xff);
                        snapshot.scan(
                                family,
                                new byte[0],
                                end,
                                Order.FORWARD,
                                (key, value) -> found.add(decode.apply(key, value)));
                        return found;
                    });
        }
    }
}
