package io.echelon.kvstore;

import static io.echelon.kvstore.Await.committed;
import static io.echelon.kvstore.Await.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** What every {@link KvStore} does, whatever lies behind it. */
public abstract class KvStoreContract {
    private static final KvKey KEY = KvKey.of("a", 1);

    protected final HeldClock clock = new HeldClock();

    /** The store under test, empty, on {@link #clock}. */
    protected abstract KvStore store();

    private KvDatabase database() {
        return store().database("test");
    }

    @Test
    void readsWhatWasCommitted() {
        for (KvValue value :
                List.of(
                        KvValue.bytes(new byte[] {1, 2, 3}),
                        KvValue.v8(new byte[] {(byte) 0xff, 15, '_'}),
                        KvValue.u64(-1),
                        KvValue.bytes(new byte[0]))) {
            Versionstamp stamp = committed(database().set(KEY, value));
            assertThat(result(database().get(KEY))).contains(new KvEntry(KEY, value, stamp));
        }
        assertThat(result(database().get(KvKey.of("a", 2)))).isEmpty();
    }

    @Test
    void readsSeveralKeysInTheirOrder() {
        Versionstamp stamp =
                committed(
                        database()
                                .commit(
                                        AtomicWrite.builder()
                                                .set(KvKey.of("x"), text("1"))
                                                .set(KvKey.of("y"), text("2"))
                                                .build()));
        assertThat(
                        result(
                                database()
                                        .get(
                                                List.of(
                                                        KvKey.of("y"),
                                                        KvKey.of("z"),
                                                        KvKey.of("x")),
                                                Consistency.EVENTUAL)))
                .containsExactly(
                        Optional.of(new KvEntry(KvKey.of("y"), text("2"), stamp)),
                        Optional.empty(),
                        Optional.of(new KvEntry(KvKey.of("x"), text("1"), stamp)));
    }

    @Test
    void readsThatMayBeOldShowWhatWasAcknowledgedWhileOthersReadTheSame() throws Exception {
        AtomicBoolean over = new AtomicBoolean();
        List<Thread> readers =
                IntStream.range(0, 2)
                        .mapToObj(
                                _ ->
                                        Thread.ofPlatform()
                                                .start(
                                                        () -> {
                                                            while (!over.get()) {
                                                                result(eventual());
                                                            }
                                                        }))
                        .toList();
        try {
            for (long i = 0; i < 100; i++) {
                committed(database().set(KEY, KvValue.u64(i)));
                assertThat(result(eventual()).getFirst().orElseThrow().value())
                        .isEqualTo(KvValue.u64(i));
            }
            committed(database().commit(AtomicWrite.builder().delete(KEY).build()));
            assertThat(result(eventual()).getFirst()).isEmpty();
        } finally {
            over.set(true);
            for (Thread reader : readers) {
                reader.join();
            }
        }
    }

    private CompletableFuture<List<Optional<KvEntry>>> eventual() {
        return database().get(List.of(KEY), Consistency.EVENTUAL);
    }

    @Test
    void givesEveryCommitAGreaterVersionstamp() {
        List<CompletableFuture<CommitResult>> commits =
                IntStream.range(0, 200)
                        .mapToObj(i -> database().set(KvKey.of(i % 7), KvValue.u64(i)))
                        .toList();
        List<Versionstamp> stamps = commits.stream().map(Await::committed).toList();
        assertThat(stamps).doesNotHaveDuplicates();
        Versionstamp last = committed(database().set(KEY, KvValue.u64(0)));
        assertThat(stamps).allMatch(stamp -> stamp.compareTo(last) < 0);
        assertThat(last.hex()).hasSize(20).isEqualTo(Versionstamp.of(last.hex()).hex());
    }

    @Test
    void commitsNothingWhenACheckFails() {
        Versionstamp first = committed(database().set(KEY, text("1")));
        committed(database().set(KEY, text("2")));
        CommitResult conflict =
                result(
                        database()
                                .commit(
                                        AtomicWrite.builder()
                                                .checkAbsent(KvKey.of("other"))
                                                .check(KEY, first)
                                                .set(KvKey.of("other"), text("x"))
                                                .delete(KEY)
                                                .build()));
        assertThat(conflict).isEqualTo(new CommitResult.Conflict(List.of(1)));
        assertThat(result(database().get(KEY)).orElseThrow().value()).isEqualTo(text("2"));
        assertThat(result(database().get(KvKey.of("other")))).isEmpty();
    }

    @Test
    void letsOneOfManyRacingCommitsWin() {
        List<CompletableFuture<CommitResult>> racing =
                IntStream.range(0, 50)
                        .mapToObj(
                                i ->
                                        database()
                                                .commit(
                                                        AtomicWrite.builder()
                                                                .checkAbsent(KEY)
                                                                .set(KEY, KvValue.u64(i))
                                                                .build()))
                        .toList();
        assertThat(
                        racing.stream()
                                .map(Await::result)
                                .filter(CommitResult.Committed.class::isInstance))
                .hasSize(1);
    }

    @Test
    void appliesMutationsInOrder() {
        committed(
                database()
                        .commit(
                                AtomicWrite.builder()
                                        .set(KEY, KvValue.u64(5))
                                        .sum(KEY, 10)
                                        .max(KEY, 12)
                                        .min(KEY, 13)
                                        .set(KvKey.of("gone"), text("x"))
                                        .delete(KvKey.of("gone"))
                                        .build()));
        assertThat(result(database().get(KEY)).orElseThrow().value()).isEqualTo(KvValue.u64(13));
        assertThat(result(database().get(KvKey.of("gone")))).isEmpty();
    }

    @Test
    void sumsUnsignedIntegersWithWrapAround() {
        committed(database().commit(AtomicWrite.builder().sum(KEY, -1).sum(KEY, 3).build()));
        assertThat(result(database().get(KEY)).orElseThrow().value()).isEqualTo(KvValue.u64(2));
        committed(database().commit(AtomicWrite.builder().max(KEY, -1).build()));
        assertThat(result(database().get(KEY)).orElseThrow().value()).isEqualTo(KvValue.u64(-1));
    }

    @Test
    void sumsNumbersAndBigintsOfJavaScript() {
        KvValue.V8 three = new KvValue.V8(new byte[] {(byte) 0xff, 15, 'I', 6});
        committed(database().commit(AtomicWrite.builder().set(KEY, three).sum(KEY, three).build()));
        assertThat(result(database().get(KEY)).orElseThrow().value())
                .isEqualTo(V8Numbers.write(6.0));

        KvKey big = KvKey.of("big");
        KvValue huge = V8Numbers.write(BigInteger.TWO.pow(100).negate());
        committed(database().commit(AtomicWrite.builder().sum(big, huge).sum(big, huge).build()));
        assertThat(result(database().get(big)).orElseThrow().value())
                .isEqualTo(V8Numbers.write(BigInteger.TWO.pow(101).negate()));
    }

    @Test
    void keepsSumsWithinTheirBounds() {
        KvValue.V8 ten = V8Numbers.write(10.0);
        committed(database().set(KEY, V8Numbers.write(8.0)));
        Mutation clamped =
                new Mutation.Sum(KEY, V8Numbers.write(5.0), null, ten, Mutation.OutOfRange.CLAMP);
        committed(database().commit(AtomicWrite.builder().mutate(clamped).build()));
        assertThat(result(database().get(KEY)).orElseThrow().value()).isEqualTo(ten);

        Mutation refused =
                new Mutation.Sum(KEY, V8Numbers.write(5.0), null, ten, Mutation.OutOfRange.REFUSE);
        assertRefused(
                ErrorCode.INVALID_ARGUMENT,
                () -> result(database().commit(AtomicWrite.builder().mutate(refused).build())));
    }

    @Test
    void refusesToSumWhatDoesNotAddUpAndWritesNothing() {
        committed(database().set(KEY, text("no number")));
        assertRefused(
                ErrorCode.INVALID_ARGUMENT,
                () ->
                        result(
                                database()
                                        .commit(
                                                AtomicWrite.builder()
                                                        .set(KvKey.of("before"), text("x"))
                                                        .sum(KEY, 1)
                                                        .build())));
        assertRefused(
                ErrorCode.INVALID_ARGUMENT,
                () -> result(database().commit(AtomicWrite.builder().min(KEY, 1).build())));
        assertThat(result(database().get(KvKey.of("before")))).isEmpty();
    }

    @Test
    void putsTheVersionstampIntoTheKey() {
        Versionstamp stamp =
                committed(
                        database()
                                .commit(
                                        AtomicWrite.builder()
                                                .setVersionstampedKey(KvKey.of("log"), text("x"))
                                                .build()));
        assertThat(result(database().get(KvKey.of("log", stamp.hex())))).isPresent();
    }

    @Test
    void listsAPrefixInBothOrders() {
        List<KvKey> keys = fill(10);
        committed(database().set(KvKey.of("l"), text("the prefix itself")));
        committed(database().set(KvKey.of("m", 1), text("behind")));
        assertThat(keys(KvSelector.prefix(KvKey.of("l")), ListOptions.DEFAULT))
                .containsExactlyElementsOf(keys);
        assertThat(
                        keys(
                                KvSelector.prefix(KvKey.of("l")),
                                ListOptions.DEFAULT.withOrder(Order.REVERSE)))
                .containsExactlyElementsOf(keys.reversed());
        assertThat(
                        keys(
                                KvSelector.prefix(KvKey.of("l")),
                                ListOptions.DEFAULT.withOrder(Order.REVERSE).withLimit(3)))
                .containsExactlyElementsOf(keys.reversed().subList(0, 3));
    }

    @Test
    void listsRangesFromStartToBeforeEnd() {
        List<KvKey> keys = fill(10);
        assertThat(keys(KvSelector.range(keys.get(2), keys.get(5)), ListOptions.DEFAULT))
                .containsExactlyElementsOf(keys.subList(2, 5));
        assertThat(keys(new KvSelector.PrefixFrom(KvKey.of("l"), keys.get(7)), ListOptions.DEFAULT))
                .containsExactlyElementsOf(keys.subList(7, 10));
        assertThat(
                        keys(
                                new KvSelector.PrefixUntil(KvKey.of("l"), keys.get(3)),
                                ListOptions.DEFAULT))
                .containsExactlyElementsOf(keys.subList(0, 3));
        assertThat(keys(KvSelector.range(keys.get(2), keys.get(2)), ListOptions.DEFAULT)).isEmpty();
    }

    @Test
    void goesThroughALongListPageByPage() {
        List<KvKey> keys = fill(25);
        for (Order order : Order.values()) {
            List<KvKey> seen = new ArrayList<>();
            ListOptions options = ListOptions.DEFAULT.withLimit(10).withOrder(order);
            Optional<String> cursor = Optional.empty();
            do {
                ListOptions next = cursor.map(options::withCursor).orElse(options);
                KvPage page = result(database().list(KvSelector.prefix(KvKey.of("l")), next));
                page.entries().forEach(entry -> seen.add(entry.key()));
                cursor = page.cursor();
            } while (cursor.isPresent());
            assertThat(seen)
                    .containsExactlyElementsOf(order == Order.FORWARD ? keys : keys.reversed());
        }
        assertThat(result(database().listAll(KvSelector.prefix(KvKey.of("l"))))).hasSize(25);
    }

    @Test
    void goesThroughASnapshotOfAllEntriesWithTheirExpiry() {
        KvDatabase database = database();
        Instant later = clock.instant().plusSeconds(3_600);
        committed(
                database.commit(
                        AtomicWrite.builder()
                                .set(KvKey.of("expiring"), text("1"), Expiry.at(later))
                                .build()));
        AtomicWrite.Builder write = AtomicWrite.builder();
        for (int i = 0; i < 250; i++) {
            write.set(KvKey.of("n", i), KvValue.u64(i));
        }
        committed(database.commit(write.build()));
        List<KvEntry> all = new ArrayList<>();
        try (KvSnapshot snapshot = database.snapshot()) {
            List<KvEntry> part = result(snapshot.next());
            if (snapshot.unity() == KvSnapshot.Unity.ONE_STATE) {
                committed(database.set(KvKey.of("n", 99_999), text("later")));
                committed(
                        database.commit(AtomicWrite.builder().delete(KvKey.of("n", 249)).build()));
            }
            while (!part.isEmpty()) {
                all.addAll(part);
                part = result(snapshot.next());
            }
            assertThat(result(snapshot.next())).isEmpty();
        }
        assertThat(all).hasSize(251);
        assertThat(all.getFirst().expiresAt()).isEqualTo(later);
        assertThat(all.getLast().key()).isEqualTo(KvKey.of("n", 249));
        assertThat(all.getLast().expiresAt()).isNull();
    }

    @Test
    void startsASnapshotAfterAllThatWasCommittedBefore() {
        for (int i = 0; i < 20; i++) {
            KvKey key = KvKey.of("before", i);
            committed(database().set(key, text("x")));
            try (KvSnapshot snapshot = database().snapshot()) {
                assertThat(result(snapshot.next()).getLast().key()).isEqualTo(key);
                assertThat(snapshot.unity()).isEqualTo(KvSnapshot.Unity.ONE_STATE);
            }
        }
    }

    @Test
    void refusesForgedCursors() {
        fill(2);
        String elsewhere =
                result(
                                database()
                                        .list(
                                                KvSelector.range(KvKey.of("a"), KvKey.of("z")),
                                                ListOptions.DEFAULT.withLimit(1)))
                        .cursor()
                        .orElseThrow();
        for (String forged : List.of("!", "AAAA".repeat(2_000), elsewhere)) {
            assertRefused(
                    ErrorCode.INVALID_ARGUMENT,
                    () ->
                            result(
                                    database()
                                            .list(
                                                    KvSelector.range(KvKey.of(5.0), KvKey.of(6.0)),
                                                    ListOptions.DEFAULT.withCursor(forged))));
        }
    }

    @Test
    void keepsDatabasesApart() {
        committed(store().database("one").set(KEY, text("1")));
        committed(store().database("one.two").set(KEY, text("2")));
        assertThat(result(store().database("two").get(KEY))).isEmpty();
        assertThat(result(store().database("one").listAll(KvSelector.prefix(new KvKey(List.of())))))
                .hasSize(1);
        assertThat(result(store().database("one").id()))
                .isEqualTo(result(store().database("one").id()))
                .isNotEqualTo(result(store().database("two").id()));
    }

    @Test
    void refusesNamesThatAreNone() {
        for (String name : List.of("", "A", "a/b", "a\0b", "..", "a".repeat(129))) {
            assertRefused(ErrorCode.INVALID_ARGUMENT, () -> store().database(name));
        }
    }

    @Test
    void expiresValuesNeverEarlyAndSoonAfter() throws InterruptedException {
        KvKey other = KvKey.of("stays");
        WatchProbe probe = new WatchProbe();
        committed(
                database()
                        .commit(
                                AtomicWrite.builder()
                                        .set(
                                                KEY,
                                                text("x"),
                                                Expiry.at(clock.instant().plusSeconds(100)))
                                        .set(
                                                other,
                                                text("short"),
                                                Expiry.at(clock.instant().plusSeconds(50)))
                                        .build()));
        committed(database().set(other, text("for ever")));
        try (KvSubscription _ = database().watch(List.of(KEY, other), probe)) {
            assertThat(probe.next().getFirst()).isPresent();
            clock.advance(Duration.ofSeconds(99));
            committed(database().set(KvKey.of("a tick"), text("x")));
            assertThat(result(database().get(KEY))).isPresent();
            clock.advance(Duration.ofSeconds(1));
            List<Optional<KvEntry>> after = probe.until(entries -> entries.getFirst().isEmpty());
            assertThat(after.getLast()).isPresent();
        }
        assertThat(result(database().get(KEY))).isEmpty();
        assertThat(result(database().get(other)).orElseThrow().value()).isEqualTo(text("for ever"));
    }

    @Test
    void tellsWatchersThePresentStateFirst() throws InterruptedException {
        Versionstamp stamp = committed(database().set(KEY, text("1")));
        WatchProbe probe = new WatchProbe();
        try (KvSubscription _ = database().watch(List.of(KvKey.of("none"), KEY), probe)) {
            assertThat(probe.next())
                    .containsExactly(
                            Optional.empty(), Optional.of(new KvEntry(KEY, text("1"), stamp)));
        }
    }

    @Test
    void neverMissesTheLastStateOfAWatchedKey() throws InterruptedException {
        WatchProbe probe = new WatchProbe();
        try (KvSubscription _ = database().watch(List.of(KEY), probe)) {
            for (int i = 0; i < 50; i++) {
                List<CompletableFuture<CommitResult>> burst = new ArrayList<>();
                for (int j = 0; j < 10; j++) {
                    burst.add(database().set(KEY, KvValue.u64(i * 10L + j)));
                }
                burst.forEach(Await::result);
                KvValue last = result(database().get(KEY)).orElseThrow().value();
                probe.until(
                        entries ->
                                entries.getFirst()
                                        .filter(entry -> entry.value().equals(last))
                                        .isPresent());
            }
        }
    }

    @Test
    void tellsAClosedWatchNothingMore() throws InterruptedException {
        WatchProbe closed = new WatchProbe();
        WatchProbe open = new WatchProbe();
        KvSubscription first = database().watch(List.of(KEY), closed);
        try (KvSubscription _ = database().watch(List.of(KEY), open)) {
            closed.next();
            first.close();
            first.close();
            committed(database().set(KEY, text("after")));
            open.until(entries -> entries.getFirst().isPresent());
        }
        assertThat(closed.isQuiet()).isTrue();
    }

    @Test
    void holdsTheLimitsOfDenoKv() {
        byte[] big = new byte[KvLimits.VALUE_MAX_BYTES];
        KvKey longest = KvKey.of("k".repeat(KvLimits.KEY_MAX_BYTES - 2));
        committed(database().set(longest, KvValue.bytes(big)));
        assertThat(result(database().get(longest)).orElseThrow().value())
                .isEqualTo(KvValue.bytes(big));

        assertRefused(
                ErrorCode.PAYLOAD_TOO_LARGE,
                () -> result(database().set(KvKey.of("k".repeat(2_047)), text("x"))));
        assertRefused(
                ErrorCode.PAYLOAD_TOO_LARGE,
                () -> KvValue.bytes(new byte[KvLimits.VALUE_MAX_BYTES + 1]));
        assertRefused(
                ErrorCode.INVALID_ARGUMENT,
                () -> result(database().get(numbered(11), Consistency.STRONG)));
        assertRefused(
                ErrorCode.INVALID_ARGUMENT, () -> database().watch(numbered(11), new WatchProbe()));
        assertRefused(ErrorCode.INVALID_ARGUMENT, () -> ListOptions.DEFAULT.withLimit(1_001));
    }

    @Test
    void holdsTheLimitsOfOneCommit() {
        AtomicWrite.Builder most = AtomicWrite.builder();
        numbered(KvLimits.CHECKS_MAX).forEach(most::checkAbsent);
        numbered(KvLimits.MUTATIONS_MAX).forEach(key -> most.set(key, text("x")));
        committed(database().commit(most.build()));

        AtomicWrite.Builder checks = AtomicWrite.builder();
        numbered(KvLimits.CHECKS_MAX + 1).forEach(checks::checkAbsent);
        assertRefused(ErrorCode.INVALID_ARGUMENT, checks::build);

        AtomicWrite.Builder mutations = AtomicWrite.builder();
        numbered(KvLimits.MUTATIONS_MAX + 1).forEach(mutations::delete);
        assertRefused(ErrorCode.INVALID_ARGUMENT, mutations::build);

        AtomicWrite.Builder bytes = AtomicWrite.builder();
        KvValue value = KvValue.bytes(new byte[KvLimits.VALUE_MAX_BYTES]);
        numbered(13).forEach(key -> bytes.set(key, value));
        assertRefused(ErrorCode.PAYLOAD_TOO_LARGE, bytes::build);
    }

    protected static KvValue text(String text) {
        return KvValue.bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    protected static void assertRefused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        EchelonException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    private static List<KvKey> numbered(int count) {
        return IntStream.range(0, count).mapToObj(i -> KvKey.of("n", i)).toList();
    }

    private List<KvKey> fill(int count) {
        AtomicWrite.Builder write = AtomicWrite.builder();
        List<KvKey> keys = IntStream.range(0, count).mapToObj(i -> KvKey.of("l", i)).toList();
        keys.forEach(key -> write.set(key, text("x")));
        committed(database().commit(write.build()));
        return keys;
    }

    private List<KvKey> keys(KvSelector selector, ListOptions options) {
        return result(database().list(selector, options)).entries().stream()
                .map(KvEntry::key)
                .toList();
    }
}
