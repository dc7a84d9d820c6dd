package io.echelon.kvstore.ratis;

import static io.echelon.kvstore.Await.committed;
import static io.echelon.kvstore.Await.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.FolderCopy;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvStore;
import io.echelon.kvstore.KvStoreContract;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.Versionstamp;
import io.echelon.kvstore.WatchProbe;
import io.echelon.kvstore.rocksdb.Command;
import io.echelon.kvstore.rocksdb.Decision;
import io.echelon.kvstore.rocksdb.RocksKvStore;
import io.echelon.kvstore.rocksdb.RocksOptions;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A group of one. */
class RatisKvStoreTest extends KvStoreContract {
    private static final KvKey KEY = KvKey.of("key");
    private static final int ENTRIES_TO_GO_THROUGH = 1_000;

    @TempDir Path folder;

    private RatisKvStore store;

    @BeforeEach
    void open() {
        store = RatisKvStore.open(options());
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Override
    protected KvStore store() {
        return store;
    }

    private RatisOptions options() {
        return options(folder);
    }

    private RatisOptions options(Path of) {
        return RatisOptions.alone(state(of));
    }

    private RocksOptions state(Path of) {
        return RocksOptions.of(of).withClock(clock).withSweepEvery(Duration.ofMillis(20));
    }

    private KvDatabase database() {
        return store.database("test");
    }

    @Test
    void keepsRowsIdentityAndVersionstampsAcrossRestarts() {
        Versionstamp before = committed(database().set(KEY, text("1")));
        UUID id = result(database().id());
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
    void carriesOverWhatTheSingleNodeStoreHasWritten() {
        store.close();
        RocksOptions state =
                new RocksOptions(folder.resolve("old"), clock, 0, 1024, Duration.ofMillis(20));
        KvEntry entry;
        UUID id;
        try (RocksKvStore single = RocksKvStore.open(state)) {
            for (int i = 0; i < 20; i++) {
                committed(single.database("test").set(KvKey.of("many", i), KvValue.u64(i)));
            }
            committed(single.database("test").set(KEY, text("old")));
            entry = result(single.database("test").get(KEY)).orElseThrow();
            id = result(single.database("test").id());
        }
        Versionstamp last = entry.versionstamp();
        for (int i = 0; i < 2; i++) {
            try (RatisKvStore carried = RatisKvStore.open(RatisOptions.alone(state))) {
                KvDatabase database = carried.database("test");
                assertThat(result(database.get(KEY))).contains(entry);
                assertThat(result(database.get(KvKey.of("many", 19)))).isPresent();
                assertThat(result(database.id())).isEqualTo(id);
                Versionstamp next = committed(database.set(KvKey.of("new", i), text("new")));
                assertThat(next).isGreaterThan(last);
                last = next;
            }
        }
    }

    @Test
    void refusesToMakeAGroupOfSeveralOutOfASingleNodesFolder() throws IOException {
        store.close();
        RocksOptions state =
                new RocksOptions(folder.resolve("old"), clock, 0, 1024, Duration.ofSeconds(1));
        try (RocksKvStore single = RocksKvStore.open(state)) {
            committed(single.database("test").set(KEY, text("old")));
        }
        List<Member> members = Group3.freeMembers("a", "b", "c");
        RatisOptions options =
                RatisOptions.of(state, UUID.randomUUID(), members.getFirst(), members, null);
        assertRefused(ErrorCode.CONFLICT, () -> RatisKvStore.open(options));
    }

    @Test
    void makesAGroupOfSeveralOutOfCopiesOfASingleNodesFolder() throws IOException {
        Versionstamp last;
        try (RocksKvStore single = RocksKvStore.open(RocksOptions.of(folder.resolve("a")))) {
            last = committed(single.database("test").set(KEY, text("old")));
        }
        for (String other : List.of("b", "c")) {
            FolderCopy.of(folder.resolve("a"), folder.resolve(other));
        }
        for (int i = 0; i < 2; i++) {
            // The second time at other addresses.
            try (Group3 group =
                    new Group3(
                            folder, options -> options.withOrigin(RatisOptions.Origin.SAME_COPY))) {
                for (RatisKvStore replica : group.stores()) {
                    KvDatabase database = replica.database("test");
                    assertThat(result(database.get(KEY)).orElseThrow().value())
                            .isEqualTo(text("old"));
                    Versionstamp next = committed(database.set(KvKey.of("new", i), text("new")));
                    assertThat(next).isGreaterThan(last);
                    last = next;
                }
            }
        }
    }

    @Test
    void refusesToOpenAFolderTwice() {
        RatisOptions options = options();
        assertThatThrownBy(() -> RatisKvStore.open(options))
                .isInstanceOf(EchelonException.class)
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("open already");
        committed(database().set(KEY, text("still works")));
    }

    @Test
    void refusesCommitsOnAFullDiskAndKeepsOnReading() {
        committed(database().set(KEY, text("before")));
        store.close();
        store =
                RatisKvStore.open(
                        RatisOptions.alone(state(folder).withReserveBytes(Long.MAX_VALUE / 2)));
        assertThatThrownBy(() -> result(database().set(KEY, text("lost"))))
                .isInstanceOfSatisfying(
                        EchelonException.class,
                        e -> assertThat(e.code()).isEqualTo(ErrorCode.STORAGE_FULL))
                .hasMessageContaining(folder.toString())
                .hasMessageContaining("Free some space");
        assertThat(result(database().get(KEY)).orElseThrow().value()).isEqualTo(text("before"));
        store.close();
        open();
        committed(database().set(KEY, text("after")));
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
    }

    @Test
    void doesARequestThatComesAgainOnce() throws Exception {
        UUID session = UUID.randomUUID();
        Command sum = new Command.Commit("test", AtomicWrite.builder().sum(KEY, 1).build());
        Request first = new Request(session, 1, 0, List.of(sum));
        Reply reply = send(first);
        assertThat(send(first)).isEqualTo(reply);
        Reply second = send(new Request(session, 2, 1, List.of(sum)));
        assertThat(send(first)).isEqualTo(new Reply.Superseded());
        store.close();
        open();
        committed(database().set(KvKey.of("other"), text("x")));
        assertThat(send(new Request(session, 2, 1, List.of(sum)))).isEqualTo(second);
        assertThat(send(new Request(UUID.randomUUID(), 5, 4, List.of(sum))))
                .isEqualTo(new Reply.Forgotten());
        assertThat(result(database().get(KEY)).orElseThrow().value()).isEqualTo(KvValue.u64(2));
        assertThat(reply)
                .isInstanceOfSatisfying(
                        Reply.Done.class,
                        done ->
                                assertThat(done.decisions())
                                        .singleElement()
                                        .isInstanceOfSatisfying(
                                                Decision.Made.class,
                                                made ->
                                                        assertThat(made.result())
                                                                .isInstanceOf(
                                                                        CommitResult.Committed
                                                                                .class)));
    }

    /** What an entry has done before, it does not do again, and it answers each request. */
    @Test
    void doesTheRequestsOfAnEntryThatAreNew() throws Exception {
        Command sum = new Command.Commit("test", AtomicWrite.builder().sum(KEY, 1).build());
        Request before = new Request(UUID.randomUUID(), 1, 0, List.of(sum));
        Reply first = send(before);
        List<Request> requests =
                List.of(
                        new Request(UUID.randomUUID(), 1, 0, List.of(sum, sum)),
                        before,
                        new Request(UUID.randomUUID(), 1, 0, List.of()),
                        new Request(UUID.randomUUID(), 1, 0, List.of(sum)));
        List<Reply> replies = sendTogether(requests);
        assertThat(replies.get(1)).isEqualTo(first);
        assertThat(result(database().get(KEY)).orElseThrow().value()).isEqualTo(KvValue.u64(4));
        List<Versionstamp> made =
                Stream.of(0, 2, 3)
                        .map(replies::get)
                        .flatMap(reply -> ((Reply.Done) reply).decisions().stream())
                        .map(
                                decision ->
                                        ((CommitResult.Committed)
                                                        ((Decision.Made) decision).result())
                                                .versionstamp())
                        .toList();
        long entry = made.getFirst().group();
        assertThat(made)
                .containsExactly(
                        new Versionstamp(entry, 0),
                        new Versionstamp(entry, 1),
                        new Versionstamp(entry, 2));
        store.close();
        open();
        assertThat(sendTogether(requests)).isEqualTo(replies);
        assertThat(result(database().get(KEY)).orElseThrow().value()).isEqualTo(KvValue.u64(4));
    }

    private List<Reply> sendTogether(List<Request> requests) throws IOException {
        result(database().get(KEY));
        byte[] joined =
                result(
                        store.replica()
                                .append(
                                        LogCodec.join(
                                                requests.stream().map(LogCodec::write).toList())));
        List<Reply> replies = new ArrayList<>();
        for (byte[] reply : LogCodec.splitReplies(joined, requests.size())) {
            replies.add(LogCodec.readReply(reply));
        }
        return replies;
    }

    @Test
    void cutsItsLogOffBehindASnapshotAndStartsFromThere() throws IOException {
        store.close();
        RatisOptions options = options().withSnapshotEveryBytes(256 * 1024);
        store = RatisKvStore.open(options);
        KvValue value = KvValue.bytes(new byte[60_000]);
        int writes = 0;
        while (!logBeginsLate()) {
            committed(database().set(KvKey.of("row", writes % 50), value));
            writes++;
            assertThat(writes).as("commits until the log is cut off").isLessThan(20_000);
        }
        assertThat(writes).isGreaterThan(50);
        long checksum = store.checksum();
        store.close();
        store = RatisKvStore.open(options);
        assertThat(result(database().get(KvKey.of("row", 0)))).isPresent();
        assertThat(store.checksum()).isEqualTo(checksum);
    }

    @Test
    void makesASnapshotAtItsStartWhereTheLastIsFarBack(@TempDir Path killed) throws IOException {
        set(2 * ENTRIES_TO_GO_THROUGH);
        long checksum = store.checksum();
        Path copy = killed.resolve("copy");
        FolderCopy.of(folder, copy);
        for (int start = 0; start < 3; start++) {
            try (RatisKvStore again = RatisKvStore.open(options(copy))) {
                assertThat(again.checksum()).isEqualTo(checksum);
                assertThat(snapshots(copy)).hasSize(1);
            }
        }
        assertThat(snapshots(folder)).isEmpty();
    }

    @Test
    void appliesAgainWhatItsStateHasLost(@TempDir Path killed) throws IOException {
        set(2 * ENTRIES_TO_GO_THROUGH);
        long checksum = store.checksum();
        Path copy = killed.resolve("copy");
        FolderCopy.of(folder, copy).zero(".log", 0.3, 1_000);
        try (RatisKvStore again = RatisKvStore.open(options(copy))) {
            assertThat(result(again.database("test").get(KvKey.of("row", 0)))).isPresent();
            assertThat(again.checksum()).isEqualTo(checksum);
        }
    }

    /** Commits one after the other, so that each is an entry of the log. */
    private void set(int commits) {
        for (int i = 0; i < commits; i++) {
            committed(database().set(KvKey.of("row", i), KvValue.u64(i)));
        }
    }

    private static List<Path> snapshots(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder.resolve("raft"))) {
            return files.filter(file -> file.getFileName().toString().startsWith("snapshot."))
                    .toList();
        }
    }

    /** Whether the first file of the log is gone. */
    private boolean logBeginsLate() throws IOException {
        LockSupport.parkNanos(100_000);
        Path log = folder.resolve("raft").resolve(options().group().toString()).resolve("current");
        try (Stream<Path> files = Files.list(log)) {
            List<String> names =
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> name.startsWith("log_"))
                            .toList();
            return !names.isEmpty()
                    && names.stream()
                            .noneMatch(
                                    name ->
                                            name.startsWith("log_0-")
                                                    || name.equals("log_inprogress_0"));
        }
    }

    private Reply send(Request request) throws IOException {
        result(database().get(KEY));
        return LogCodec.readReply(
                result(store.replica().write(store.replica().self(), LogCodec.write(request))));
    }
}
