package io.echelon.kvstore.rocksdb;

import static io.echelon.kvstore.Await.committed;
import static io.echelon.kvstore.Await.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.BlobHash;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.Consistency;
import io.echelon.kvstore.DatabaseSize;
import io.echelon.kvstore.Enqueue;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.HeldClock;
import io.echelon.kvstore.HeldStore;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvQueue;
import io.echelon.kvstore.KvSelector;
import io.echelon.kvstore.KvStore;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.QueueCounts;
import io.echelon.kvstore.QueueSettlement;
import io.echelon.kvstore.StoreBackup;
import io.echelon.kvstore.Versionstamp;
import io.echelon.kvstore.files.FileBlobStore;
import io.echelon.kvstore.ratis.RatisKvStore;
import io.echelon.kvstore.ratis.RatisOptions;
import io.echelon.tenants.BackupContents;
import io.echelon.tenants.BackupReader;
import io.echelon.tenants.BackupWriter;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups of a store, and stores made of them. */
class BackupTest {
    private static final int ACCOUNTS = 20;
    private static final long EACH = 100;
    private static final KvKey KEY = KvKey.of("key");
    private static final byte[] CONTENT = "export default {}".getBytes(StandardCharsets.UTF_8);

    @TempDir Path folder;

    private final HeldClock clock = new HeldClock();
    private final List<AutoCloseable> opened = new ArrayList<>();
    private RocksKvStore store;

    @BeforeEach
    void open() {
        store = RocksKvStore.open(options("store"));
    }

    @AfterEach
    void close() throws Exception {
        store.close();
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private RocksOptions options(String name) {
        return RocksOptions.of(folder.resolve(name))
                .withClock(clock)
                .withSweepEvery(Duration.ofMillis(20));
    }

    private static byte[] backup(HeldStore store) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (StoreBackup backup = result(store.backup())) {
            BackupWriter writer = new BackupWriter(out, backup.head("1.0"));
            List<BackupContents.Database> databases = backup.write(writer);
            long bytes = writer.blob(BlobHash.of(CONTENT), new ByteArrayInputStream(CONTENT));
            InputStream decayed =
                    BlobHash.verified("0".repeat(64), new ByteArrayInputStream(CONTENT));
            assertThat(writer.blob("0".repeat(64), decayed)).isNegative();
            writer.end(
                    new BackupContents(
                            new Versionstamp(backup.head("1.0").lastGroup(), 0xffff).hex(),
                            backup.head("1.0").takenAt(),
                            "1.0",
                            databases,
                            1,
                            bytes,
                            List.of(),
                            List.of("0".repeat(64))));
        }
        return out.toByteArray();
    }

    private BackupContents restore(byte[] backup, String name) throws IOException {
        return restore(backup, options(name));
    }

    private BackupContents restore(byte[] backup, RocksOptions options) throws IOException {
        return RocksRestore.run(
                options, blobs(), new BackupReader(new ByteArrayInputStream(backup)));
    }

    private FileBlobStore blobs() {
        return FileBlobStore.open(folder.resolve("blobs"), 0);
    }

    private RocksKvStore restored(byte[] backup) throws IOException {
        restore(backup, "restored");
        RocksKvStore made = RocksKvStore.open(options("restored"));
        opened.add(made);
        return made;
    }

    private static Optional<KvEntry> entry(KvStore store, KvKey key) {
        return result(store.database("test").get(key));
    }

    @Test
    void aBackupIsOneStateOfAllDatabasesWhileCommitsGoOn() throws Exception {
        List<KvDatabase> banks = List.of(store.database("one"), store.database("two"));
        for (KvDatabase bank : banks) {
            for (int i = 0; i < ACCOUNTS; i++) {
                committed(bank.set(KvKey.of("account", i), KvValue.u64(EACH)));
            }
        }
        AtomicBoolean over = new AtomicBoolean();
        AtomicLong transfers = new AtomicLong();
        List<Thread> tellers = new ArrayList<>();
        for (KvDatabase bank : banks) {
            tellers.add(
                    Thread.startVirtualThread(
                            () -> {
                                SplittableRandom random = new SplittableRandom(7);
                                while (!over.get()) {
                                    transfers.addAndGet(transfer(bank, random) ? 1 : 0);
                                }
                            }));
        }
        while (transfers.get() < 200) {
            Thread.onSpinWait();
        }
        // What was acknowledged before the call is in it.
        Versionstamp before = committed(store.database("test").set(KEY, KvValue.u64(1)));
        byte[] backup = backup(store);
        over.set(true);
        for (Thread teller : tellers) {
            teller.join();
        }
        RocksKvStore made = restored(backup);
        Versionstamp end = new Versionstamp(group(backup), 0xffff);
        for (String bank : List.of("one", "two")) {
            List<KvEntry> accounts =
                    result(made.database(bank).listAll(KvSelector.prefix(KvKey.of("account"))));
            assertThat(accounts).hasSize(ACCOUNTS);
            assertThat(accounts.stream().mapToLong(BackupTest::amount).sum())
                    .isEqualTo(ACCOUNTS * EACH);
            assertThat(accounts).allMatch(entry -> entry.versionstamp().compareTo(end) <= 0);
        }
        assertThat(entry(made, KEY).orElseThrow().versionstamp()).isEqualTo(before);
    }

    private static long group(byte[] backup) throws IOException {
        return new BackupReader(new ByteArrayInputStream(backup)).head().lastGroup();
    }

    private static boolean transfer(KvDatabase bank, SplittableRandom random) {
        KvKey from = KvKey.of("account", random.nextInt(ACCOUNTS));
        KvKey to = KvKey.of("account", random.nextInt(ACCOUNTS));
        List<Optional<KvEntry>> found = result(bank.get(List.of(from, to), Consistency.STRONG));
        KvEntry source = found.get(0).orElseThrow();
        KvEntry target = found.get(1).orElseThrow();
        if (from.equals(to) || amount(source) == 0) {
            return false;
        }
        return result(
                        bank.commit(
                                AtomicWrite.builder()
                                        .check(from, source.versionstamp())
                                        .check(to, target.versionstamp())
                                        .set(from, KvValue.u64(amount(source) - 1))
                                        .set(to, KvValue.u64(amount(target) + 1))
                                        .build()))
                instanceof CommitResult.Committed;
    }

    private static long amount(KvEntry entry) {
        return ((KvValue.U64) entry.value()).value();
    }

    @Test
    void aRestoredStoreHasTheSameIdentityAndItsVersionstampsGoOn() throws Exception {
        Versionstamp last = Versionstamp.of(new byte[Versionstamp.BYTES]);
        for (int i = 0; i < 5; i++) {
            last = committed(store.database("test").set(KEY, KvValue.u64(i)));
        }
        byte[] backup = backup(store);
        Versionstamp lost = committed(store.database("test").set(KvKey.of("lost"), KvValue.u64(1)));
        KvStore made = restored(backup);
        assertThat(entry(made, KvKey.of("lost"))).isEmpty();
        assertThat(result(made.database("test").id()))
                .isEqualTo(result(store.database("test").id()));
        assertThat(entry(made, KEY)).isEqualTo(entry(store, KEY));
        assertThat(committed(made.database("test").set(KEY, KvValue.u64(9))))
                .isGreaterThan(last)
                .isGreaterThan(lost);
    }

    @Test
    void aBackupSaysWhatItHolds() throws Exception {
        committed(store.database("b").set(KEY, KvValue.u64(1)));
        committed(store.database("a").set(KEY, KvValue.u64(1)));
        committed(store.database("a").set(KvKey.of("other"), KvValue.u64(2)));
        committed(store.database("c").commit(AtomicWrite.builder().enqueue(message("m")).build()));
        byte[] backup = backup(store);
        BackupContents contents = new BackupReader(new ByteArrayInputStream(backup)).readToEnd();
        assertThat(contents.databases())
                .extracting(BackupContents.Database::name)
                .containsExactly("a", "b", "c");
        assertThat(contents.entries()).isEqualTo(3);
        assertThat(contents.messages()).isEqualTo(1);
        assertThat(contents.rowBytes()).isPositive();
        assertThat(contents.takenAt()).isEqualTo(clock.instant());
        assertThat(contents.missingBlobs()).hasSize(1);
        List<DatabaseSize> sizes = store.sizes();
        assertThat(sizes.stream().mapToLong(DatabaseSize::bytes).sum())
                .isEqualTo(contents.rowBytes());
        assertThat(restore(backup, "restored")).isEqualTo(contents);
        RocksKvStore made = RocksKvStore.open(options("restored"));
        opened.add(made);
        assertThat(made.sizes()).isEqualTo(sizes);
        assertThat(blobs().read(BlobHash.of(CONTENT))).isEqualTo(CONTENT);
        assertThat(blobs().contains("0".repeat(64))).isFalse();
    }

    private Enqueue message(String text) {
        return new Enqueue(
                new KvValue.V8(text.getBytes(StandardCharsets.UTF_8)),
                clock.instant(),
                List.of(),
                List.of());
    }

    @Test
    void whatExpiresDoesSoInARestoredStoreToo() throws Exception {
        committed(
                store.database("test")
                        .commit(
                                AtomicWrite.builder()
                                        .set(KEY, KvValue.u64(1), Expiry.in(Duration.ofHours(1)))
                                        .build()));
        KvStore made = restored(backup(store));
        assertThat(entry(made, KEY)).isEqualTo(entry(store, KEY));
        assertThat(entry(made, KEY).orElseThrow().expiresAt())
                .isEqualTo(clock.instant().plus(Duration.ofHours(1)));
        clock.advance(Duration.ofHours(2));
        while (entry(made, KEY).isPresent()) {
            Thread.onSpinWait();
        }
    }

    @Test
    void messagesAreWhatTheyWere() throws Exception {
        KvDatabase database = store.database("test");
        KvQueue queue = database.queue().orElseThrow();
        committed(database.commit(AtomicWrite.builder().enqueue(message("claimed")).build()));
        var claimed = result(queue.claim(1, Duration.ofMinutes(1))).getFirst();
        committed(database.commit(AtomicWrite.builder().enqueue(message("due")).build()));
        QueueCounts before = result(queue.counts());
        KvQueue made = restored(backup(store)).database("test").queue().orElseThrow();
        assertThat(result(made.counts())).isEqualTo(before);
        assertThat(result(made.claim(10, Duration.ofMinutes(1)))).hasSize(1);
        assertThat(result(made.settle(List.of(new QueueSettlement.Ack(claimed.receipt())))))
                .isNotEmpty();
        clock.advance(Duration.ofMinutes(2));
        assertThat(result(made.claim(10, Duration.ofMinutes(1)))).hasSize(1);
    }

    @Test
    void aBackupThatIsCutOffOrDamagedIsRefused() throws Exception {
        for (int i = 0; i < 10; i++) {
            committed(store.database("test").set(KvKey.of(i), KvValue.bytes(new byte[50])));
        }
        byte[] good = backup(store);
        for (int length = 0; length < good.length; length += 41) {
            assertIsRefused(Arrays.copyOf(good, length));
        }
        for (int at = 0; at < good.length; at += 7) {
            byte[] damaged = good.clone();
            damaged[at] ^= 16;
            assertIsRefused(damaged);
        }
        assertIsRefused(Arrays.copyOf(good, good.length + 1));
        byte[] newer = good.clone();
        newer[11]++;
        assertThatThrownBy(() -> read(newer))
                .isInstanceOf(EchelonException.class)
                .hasMessageContaining("format 2")
                .hasMessageContaining("reads format 1");
    }

    private static BackupContents read(byte[] backup) throws IOException {
        return new BackupReader(new ByteArrayInputStream(backup)).readToEnd();
    }

    private static void assertIsRefused(byte[] backup) {
        assertThatThrownBy(() -> read(backup))
                .isInstanceOfSatisfying(
                        EchelonException.class,
                        refused ->
                                assertThat(refused.code())
                                        .isIn(
                                                ErrorCode.HASH_MISMATCH,
                                                ErrorCode.INVALID_CONFIGURATION));
    }

    @Test
    void aFullDiskIsNoticedBeforeItIsFull() throws Exception {
        committed(store.database("test").set(KEY, KvValue.u64(1)));
        byte[] backup = backup(store);
        assertThatThrownBy(
                        () -> restore(backup, options("full").withReserveBytes(Long.MAX_VALUE / 2)))
                .isInstanceOfSatisfying(
                        EchelonException.class,
                        full -> assertThat(full.code()).isEqualTo(ErrorCode.STORAGE_FULL));
    }

    @Test
    void nothingIsRestoredOverSomething() throws Exception {
        byte[] backup = backup(store);
        Files.createDirectories(folder.resolve("restored"));
        Files.writeString(folder.resolve("restored/file"), "mine");
        assertThatThrownBy(() -> restore(backup, "restored"))
                .isInstanceOf(EchelonException.class)
                .hasMessageContaining("empty");
    }

    @Test
    void aReplicatedStoreIsBackedUpAndBeginsWithABackup() throws Exception {
        Versionstamp last = committed(store.database("test").set(KEY, KvValue.u64(1)));
        restore(backup(store), "first");
        RatisKvStore first = RatisKvStore.open(RatisOptions.alone(options("first")));
        opened.add(first);
        assertThat(entry(first, KEY).orElseThrow().versionstamp()).isEqualTo(last);
        Versionstamp next = committed(first.database("test").set(KEY, KvValue.u64(2)));
        assertThat(next).isGreaterThan(last);
        RocksKvStore second = restored(backup(first));
        assertThat(entry(second, KEY).orElseThrow().versionstamp()).isEqualTo(next);
        assertThat(committed(second.database("test").set(KEY, KvValue.u64(3)))).isGreaterThan(next);
    }
}
