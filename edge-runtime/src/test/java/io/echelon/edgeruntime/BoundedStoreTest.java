package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.Enqueue;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.rocksdb.RocksKvStore;
import io.echelon.kvstore.rocksdb.RocksOptions;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.echelon.tenants.PlanName;
import io.echelon.tenants.PlanRecord;
import io.echelon.tenants.Quota;
import io.echelon.tenants.SystemRows;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a tenant's databases may hold, on a node that has the store. */
@Timeout(60)
final class BoundedStoreTest {
    private static final KvKey KEY = KvKey.of("key");

    @TempDir Path folder;
    private final TenantGates gates = new TenantGates(AdmissionPolicy.DEFAULT);
    private RocksKvStore held;
    private BoundedStore store;

    @BeforeEach
    void open() {
        held = RocksKvStore.open(RocksOptions.of(folder).withReserveBytes(0));
        store = new BoundedStore(held, held, gates);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void allow(long bytes) {
        gates.set(
                new TenantGates.Decided(
                        Map.of(),
                        Map.of(
                                PlanName.DEFAULT,
                                new PlanRecord(
                                        PlanName.DEFAULT,
                                        Map.of(Quota.KV_BYTES.wireName(), bytes))),
                        1));
    }

    private KvDatabase database(String name) {
        return store.database(name);
    }

    private static KvValue value(int bytes) {
        return KvValue.bytes(new byte[bytes]);
    }

    private static CommitResult made(CompletableFuture<CommitResult> commit) {
        return commit.orTimeout(30, TimeUnit.SECONDS).join();
    }

    private static void refused(CompletableFuture<CommitResult> commit, String... told) {
        assertThatThrownBy(() -> made(commit))
                .isInstanceOf(CompletionException.class)
                .cause()
                .isInstanceOf(EchelonException.class)
                .hasMessageContainingAll(told)
                .extracting("code")
                .isEqualTo(ErrorCode.OVER_QUOTA);
    }

    @Test
    void aCommitThatWouldHoldMoreThanTheQuotaIsRefusedAndIsNotInTheLog() {
        allow(2_000);
        KvDatabase shop = database("t.acme.shop");
        made(shop.set(KEY, value(1_000)));
        long last = held.status().committed();
        long stored = held.bytes("t.acme.");
        refused(
                shop.set(KvKey.of("more"), value(1_000)),
                "to the %,d that this tenant's databases hold".formatted(stored),
                "quota kvBytes allows 2,000",
                "delete something, or ask the operator for more");
        assertThat(held.status().committed()).isEqualTo(last);
        made(shop.set(KvKey.of("more"), value(800)));
    }

    @Test
    void allDatabasesOfATenantCountTogetherAndNobodyElses() {
        allow(2_000);
        made(database("t.acme.shop").set(KEY, value(1_500)));
        refused(database("t.acme.log").set(KEY, value(1_000)), "kvBytes");
        made(database("t.acm.log").set(KEY, value(1_500)));
        made(database(SystemRows.DATABASE).set(KEY, value(5_000)));
    }

    @Test
    void whatMakesADatabaseNoLargerIsTakenWhenTheQuotaIsPassed() {
        KvDatabase shop = database("t.acme.shop");
        made(shop.set(KEY, value(1_000)));
        made(shop.commit(AtomicWrite.builder().sum(KvKey.of("count"), 1).build()));
        made(shop.set(KvKey.of("other"), value(1_000)));
        allow(500);
        made(shop.set(KEY, value(1_000)));
        made(shop.commit(AtomicWrite.builder().sum(KvKey.of("count"), 1).build()));
        made(
                shop.commit(
                        AtomicWrite.builder()
                                .delete(KEY)
                                .set(KvKey.of("new"), value(900))
                                .build()));
        refused(shop.set(KEY, value(1)), "kvBytes");
        refused(shop.commit(AtomicWrite.builder().sum(KvKey.of("another"), 1).build()), "kvBytes");
        made(shop.commit(AtomicWrite.builder().delete(KvKey.of("new")).build()));
        made(shop.commit(AtomicWrite.builder().delete(KvKey.of("other")).build()));
        made(shop.set(KEY, value(100)));
    }

    @Test
    void messagesCount() {
        allow(1_000);
        Enqueue message =
                new Enqueue(new KvValue.V8(new byte[600]), Instant.now(), List.of(), List.of());
        made(database("t.acme.shop").commit(AtomicWrite.builder().enqueue(message).build()));
        refused(
                database("t.acme.shop").commit(AtomicWrite.builder().enqueue(message).build()),
                "kvBytes");
    }

    @Test
    void anotherQuotaHoldsAtOnce() {
        allow(0);
        refused(database("t.acme.shop").set(KEY, value(1)), "allows 0");
        allow(1_000);
        made(database("t.acme.shop").set(KEY, value(1)));
    }

    @Test
    void commitsThatAreUnderWayTogetherDoNotPassTheQuota() {
        allow(100_000);
        KvDatabase shop = database("t.acme.shop");
        List<CompletableFuture<CommitResult>> commits = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            commits.add(shop.set(KvKey.of(i), value(1_000)));
        }
        long done = 0;
        for (CompletableFuture<CommitResult> commit : commits) {
            try {
                made(commit);
                done++;
            } catch (CompletionException refused) {
                assertThat(refused.getCause()).hasMessageContaining("kvBytes");
            }
        }
        assertThat(done).isBetween(1L, 99L);
        assertThat(held.bytes("t.acme.")).isLessThanOrEqualTo(100_000);
        // What was under way is given back: the rest fits.
        for (int i = 400; held.bytes("t.acme.") + 1_100 < 100_000; i++) {
            made(shop.set(KvKey.of(i), value(1_000)));
        }
    }
}
