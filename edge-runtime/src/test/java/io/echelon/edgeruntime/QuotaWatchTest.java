package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.edgeruntime.TenantGate.Verdict;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Consistency;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.rocksdb.RocksKvStore;
import io.echelon.kvstore.rocksdb.RocksOptions;
import io.echelon.tenants.AppName;
import io.echelon.tenants.Json;
import io.echelon.tenants.PlanName;
import io.echelon.tenants.PlanRecord;
import io.echelon.tenants.Quota;
import io.echelon.tenants.QuotaRecord;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import io.echelon.tenants.UsageCounter;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class QuotaWatchTest {
    private static final TenantName TENANT = new TenantName("acme");
    private static final PlanName SMALL = new PlanName("small");

    @TempDir private Path folder;
    private RocksKvStore store;
    private KvDatabase database;
    private Instant now = Instant.parse("2026-11-21T23:00:00Z");
    private final TenantGates gates = new TenantGates(AdmissionPolicy.DEFAULT);
    private QuotaWatch watch;

    @BeforeEach
    void open() {
        store = RocksKvStore.open(RocksOptions.of(folder).withReserveBytes(0));
        database = store.database(SystemRows.DATABASE);
        watch = new QuotaWatch(database, gates, new DatabaseRegister(database, gates), () -> now);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void set(List<Object> key, Object record) {
        var _ =
                database.commit(
                                AtomicWrite.builder()
                                        .set(KvKey.of(key), KvValue.bytes(Json.bytes(record)))
                                        .build())
                        .join();
    }

    private void decide(PlanName plan, Map<String, Long> limits) {
        set(SystemRows.quotas(TENANT), new QuotaRecord(TENANT, plan, limits));
    }

    @Test
    void goesByWhatIsKnownHereWhileNobodyAnswersStrongReads() {
        decide(SMALL, Map.of("databases", 4L));
        new QuotaWatch(withoutMajority(), gates, new DatabaseRegister(database, gates), () -> now)
                .look();
        assertThat(gates.quotas(TENANT).limit(Quota.DATABASES)).isEqualTo(4);
    }

    private KvDatabase withoutMajority() {
        return (KvDatabase)
                Proxy.newProxyInstance(
                        KvDatabase.class.getClassLoader(),
                        new Class<?>[] {KvDatabase.class},
                        (proxy, method, arguments) -> {
                            if (method.isDefault()) {
                                return InvocationHandler.invokeDefault(proxy, method, arguments);
                            }
                            return List.of(arguments).contains(Consistency.STRONG)
                                    ? new CompletableFuture<>()
                                    : method.invoke(database, arguments);
                        });
    }

    @Test
    void followsWhatTheOperatorDecidesWithoutARestart() {
        TenantGate gate = gates.of(TENANT);
        decide(SMALL, Map.of("concurrentRequests", 1L));
        set(SystemRows.plan(SMALL), new PlanRecord(SMALL, Map.of("databases", 4L)));
        watch.look();
        assertThat(gates.of(TENANT)).isSameAs(gate);
        assertThat(gate.admit(System.nanoTime())).isEqualTo(Verdict.ADMITTED);
        assertThat(gate.admit(System.nanoTime())).isEqualTo(Verdict.TOO_MANY);
        assertThat(gates.quotas(TENANT).limit(Quota.DATABASES)).isEqualTo(4);
        assertThat(gates.quotas(new TenantName("other")).limit(Quota.DATABASES))
                .isEqualTo(Quota.DATABASES.standard());
    }

    @Test
    void thePlanOfTheNameDefaultIsThatOfAllOthers() {
        set(
                SystemRows.plan(PlanName.DEFAULT),
                new PlanRecord(PlanName.DEFAULT, Map.of("apps", 3L)));
        watch.look();
        assertThat(gates.quotas(new TenantName("nobody")).limit(Quota.APPS)).isEqualTo(3);
    }

    @Test
    void closesTheGateOfWhoHasUsedUpADayUntilTheNextOrUntilMoreIsAllowed() {
        UsageLedger ledger = new UsageLedger(database, () -> now, "node-1");
        UsageLedger other = new UsageLedger(database, () -> now, "node-2");
        RevisionId revision = new RevisionId(TENANT, new AppName("shop"), 1);
        ledger.of(revision).add(UsageCounter.EGRESS_BYTES, 600);
        ledger.write();
        other.of(revision).add(UsageCounter.EGRESS_BYTES, 500);
        other.write();
        decide(PlanName.DEFAULT, Map.of("egressBytesPerDay", 1_000L));
        TenantGate gate = gates.of(TENANT);
        assertThat(gate.admit(System.nanoTime())).isEqualTo(Verdict.ADMITTED);

        watch.look();
        assertThat(gate.admit(System.nanoTime())).isEqualTo(Verdict.USED_UP);
        assertThat(gate.refusal(Verdict.USED_UP)).contains("1,100 of the 1,000 bytes");
        decide(PlanName.DEFAULT, Map.of("egressBytesPerDay", 5_000L));
        watch.look();
        assertThat(gate.admit(System.nanoTime())).isEqualTo(Verdict.ADMITTED);

        decide(PlanName.DEFAULT, Map.of("cpuSecondsPerDay", 2L));
        ledger.of(revision).add(UsageCounter.CPU_NANOS, 2_000_000_000L);
        ledger.write();
        watch.look();
        assertThat(gate.admit(System.nanoTime())).isEqualTo(Verdict.USED_UP);
        now = Instant.parse("2026-11-22T00:00:01Z");
        watch.look();
        assertThat(gate.admit(System.nanoTime())).isEqualTo(Verdict.ADMITTED);
    }
}
