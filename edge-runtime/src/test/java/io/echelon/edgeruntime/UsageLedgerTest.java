package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.isolatepool.CallReport;
import io.echelon.isolatepool.IsolateKind;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.Consistency;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvSelector;
import io.echelon.kvstore.KvSubscription;
import io.echelon.kvstore.KvWatcher;
import io.echelon.kvstore.RangeRead;
import io.echelon.kvstore.rocksdb.RocksKvStore;
import io.echelon.kvstore.rocksdb.RocksOptions;
import io.echelon.tenants.AppName;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.Json;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import io.echelon.tenants.UsageCounter;
import io.echelon.tenants.UsageCounts;
import io.echelon.tenants.UsageRecord;
import io.echelon.tenants.UsageRows;
import io.echelon.tenants.UsageStep;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class UsageLedgerTest {
    private static final TenantName TENANT = new TenantName("acme");
    private static final RevisionId REVISION = new RevisionId(TENANT, new AppName("shop"), 3);
    private static final RevisionId OTHER = new RevisionId(TENANT, new AppName("blog"), 1);
    private static final Instant START = Instant.parse("2026-11-21T14:58:30Z");

    @TempDir private Path folder;
    private RocksKvStore store;
    private Flaky database;
    private Instant now = START;
    private UsageLedger ledger;

    /** A database that can fail before a commit, or after it. */
    private static final class Flaky implements KvDatabase {
        enum Mood {
            WELL,
            UNREACHABLE,
            ANSWERS_ARE_LOST
        }

        private final KvDatabase store;
        private Mood mood = Mood.WELL;
        private int commits;

        Flaky(KvDatabase store) {
            this.store = store;
        }

        @Override
        public String name() {
            return store.name();
        }

        @Override
        public CompletableFuture<UUID> id() {
            return store.id();
        }

        @Override
        public CompletableFuture<List<List<KvEntry>>> read(
                List<RangeRead> ranges, Consistency consistency) {
            return store.read(ranges, consistency);
        }

        @Override
        public CompletableFuture<CommitResult> commit(AtomicWrite write) {
            commits++;
            if (mood != Mood.UNREACHABLE) {
                store.commit(write).join();
            }
            return mood == Mood.WELL
                    ? CompletableFuture.completedFuture(null)
                    : CompletableFuture.failedFuture(
                            new EchelonException(ErrorCode.UNAVAILABLE, "no answer"));
        }

        @Override
        public KvSubscription watch(List<KvKey> keys, KvWatcher watcher) {
            return store.watch(keys, watcher);
        }
    }

    @BeforeEach
    void open() {
        store = RocksKvStore.open(RocksOptions.of(folder).withReserveBytes(0));
        database = new Flaky(store.database(SystemRows.DATABASE));
        ledger = new UsageLedger(database, () -> now, "node-1");
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void rowsHoldAllThatWasCountedInTheirStep() {
        UsageMeter meter = ledger.load(REVISION, 256);
        meter.called(report(Outcome.OK, IsolateKind.COLD));
        write("2026-11-21T14:58:35Z");
        meter.called(report(Outcome.EXCEPTION, IsolateKind.WARM));
        meter.count(Outcome.OVER_QUOTA);
        meter.add(UsageCounter.EGRESS_BYTES, 1_000);
        write("2026-11-21T14:58:40Z");

        for (UsageStep step : UsageStep.values()) {
            List<UsageRecord> rows = rows(step, "shop");
            assertThat(rows).hasSize(1);
            UsageCounts counts = sum(rows);
            assertThat(counts.get(Outcome.OK)).isEqualTo(1);
            assertThat(counts.get(Outcome.EXCEPTION)).isEqualTo(1);
            assertThat(counts.get(Outcome.OVER_QUOTA)).isEqualTo(1);
            assertThat(counts.get(UsageCounter.CPU_NANOS)).isEqualTo(4_000_000);
            assertThat(counts.get(UsageCounter.WALL_MICROS)).isEqualTo(20_000);
            assertThat(counts.get(UsageCounter.MEMORY_MB_MICROS)).isEqualTo(2 * 256 * 9_000);
            assertThat(counts.get(UsageCounter.COLD_STARTS)).isEqualTo(1);
            assertThat(counts.get(UsageCounter.EGRESS_BYTES)).isEqualTo(1_000);
            assertThat(counts.percentileMs(0.5)).isBetween(9.4, 10.6);
        }
    }

    @Test
    void whatIsWrittenAtAMinutesEndBelongsToThatMinute() {
        UsageMeter meter = ledger.load(REVISION, 128);
        meter.count(Outcome.OK);
        write("2026-11-21T14:59:00Z");
        meter.count(Outcome.OK);
        meter.count(Outcome.OK);
        write("2026-11-21T14:59:05Z");
        meter.count(Outcome.OK);
        write("2026-11-21T15:00:30Z");

        assertThat(requests(UsageStep.MINUTE, "shop")).containsExactly(1L, 2L, 1L);
        assertThat(requests(UsageStep.HOUR, "shop")).containsExactly(3L, 1L);
        assertThat(requests(UsageStep.DAY, "shop")).containsExactly(4L);
    }

    @Test
    void theTenantsRowsHoldItsAppsAndWhatBelongsToNone() {
        ledger.load(REVISION, 128).count(Outcome.OK);
        ledger.load(OTHER, 128).count(Outcome.OK);
        ledger.of(TENANT).add(UsageCounter.KV_READS, 7);
        write("2026-11-21T14:58:35Z");
        ledger.of(OTHER).count(Outcome.OK);
        write("2026-11-21T14:58:40Z");

        UsageCounts counts = sum(rows(UsageStep.HOUR, UsageRows.WHOLE_TENANT));
        assertThat(counts.get(Outcome.OK)).isEqualTo(3);
        assertThat(counts.get(UsageCounter.KV_READS)).isEqualTo(7);
        assertThat(requests(UsageStep.HOUR, "blog")).containsExactly(2L);
    }

    @Test
    void revisionsThatAreNotCalledHaveNoRowsAndWriteNothing() {
        for (int i = 1; i <= 1_000; i++) {
            ledger.load(new RevisionId(TENANT, new AppName("app-" + i), 1), 128);
        }
        write("2026-11-21T14:58:35Z");
        assertThat(database.commits).isZero();
        ledger.of(OTHER).count(Outcome.OK);
        write("2026-11-21T14:58:40Z");
        write("2026-11-21T14:58:45Z");
        assertThat(database.commits).isEqualTo(1);
        assertThat(rows(UsageStep.MINUTE, "app-1")).isEmpty();
    }

    @Test
    void nothingIsLostOrDoubledWhileTheStoreCannotBeReached() {
        for (Flaky.Mood mood : List.of(Flaky.Mood.UNREACHABLE, Flaky.Mood.ANSWERS_ARE_LOST)) {
            UsageMeter meter = ledger.load(REVISION, 128);
            meter.count(Outcome.OK);
            database.mood = mood;
            now = now.plusSeconds(30);
            ledger.write(now);
            meter.count(Outcome.OK);
            now = now.plusSeconds(3_600);
            ledger.write(now);
            database.mood = Flaky.Mood.WELL;
            ledger.write(now);
            meter.count(Outcome.OK);
            ledger.write(now);
        }
        for (UsageStep step : UsageStep.values()) {
            assertThat(requests(step, "shop").stream().mapToLong(Long::longValue).sum())
                    .isEqualTo(6);
            assertThat(sum(rows(step, UsageRows.WHOLE_TENANT)).requests()).isEqualTo(6);
        }
    }

    @Test
    void aNodeThatStartsAgainGoesOnInRowsOfItsOwn() {
        ledger.load(REVISION, 128).count(Outcome.OK);
        ledger.close();
        now = now.plusMillis(1);
        UsageLedger again = new UsageLedger(database, () -> now, "node-1");
        again.load(REVISION, 128).count(Outcome.OK);
        again.close();
        assertThat(requests(UsageStep.MINUTE, "shop")).containsExactly(1L, 1L);
    }

    @Test
    void aClockThatGoesBackOverwritesNothing() {
        UsageMeter meter = ledger.load(REVISION, 128);
        meter.count(Outcome.OK);
        write("2026-11-21T14:59:30Z");
        meter.count(Outcome.OK);
        write("2026-11-21T15:00:30Z");
        meter.count(Outcome.OK);
        write("2026-11-21T14:59:40Z");
        assertThat(requests(UsageStep.MINUTE, "shop")).containsExactly(1L, 2L);
    }

    @Test
    void aRevisionThatWasUnloadedLongAgoIsForgottenButNotItsUsage() {
        UsageMeter meter = ledger.load(REVISION, 128);
        meter.count(Outcome.OK);
        write("2026-11-21T14:58:35Z");
        ledger.unload(REVISION);
        write("2026-11-22T14:00:00Z");
        assertThat(ledger.of(REVISION)).isSameAs(meter);
        write("2026-11-22T15:00:00Z");
        assertThat(ledger.of(REVISION)).isNotSameAs(meter);
        ledger.of(REVISION).count(Outcome.OK);
        write("2026-11-22T15:00:05Z");
        assertThat(requests(UsageStep.DAY, UsageRows.WHOLE_TENANT)).containsExactly(1L, 1L);
        assertThat(requests(UsageStep.DAY, "shop")).containsExactly(1L, 1L);
    }

    @Test
    void manyThreadsCountEveryCallOnce() throws InterruptedException {
        UsageMeter meter = ledger.load(REVISION, 128);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 8; i++) {
            threads.add(
                    Thread.ofPlatform()
                            .start(
                                    () -> {
                                        for (int call = 0; call < 20_000; call++) {
                                            meter.called(report(Outcome.OK, IsolateKind.REUSED));
                                        }
                                    }));
        }
        while (threads.stream().anyMatch(Thread::isAlive)) {
            now = now.plusSeconds(7);
            ledger.write(now);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        ledger.write(now);
        for (UsageStep step : UsageStep.values()) {
            UsageCounts counts = sum(rows(step, "shop"));
            assertThat(counts.get(Outcome.OK)).isEqualTo(160_000);
            assertThat(counts.get(UsageCounter.CPU_NANOS)).isEqualTo(160_000L * 2_000_000);
        }
    }

    private void write(String at) {
        now = Instant.parse(at);
        ledger.write(now);
    }

    private List<Long> requests(UsageStep step, String app) {
        return rows(step, app).stream().map(row -> sum(List.of(row)).requests()).toList();
    }

    private List<UsageRecord> rows(UsageStep step, String app) {
        return store
                .database(SystemRows.DATABASE)
                .listAll(KvSelector.prefix(KvKey.of(UsageRows.of(step, TENANT, app))))
                .join()
                .stream()
                .map(entry -> Json.read(entry.value().data(), UsageRecord.class))
                .toList();
    }

    private static UsageCounts sum(List<UsageRecord> rows) {
        UsageCounts sum = new UsageCounts();
        rows.forEach(sum::add);
        return sum;
    }

    private static CallReport report(Outcome outcome, IsolateKind kind) {
        return new CallReport(outcome, null, kind, 1_000_000, 2_000_000, 0, 10_000_000);
    }
}
