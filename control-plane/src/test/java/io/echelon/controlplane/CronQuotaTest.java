package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.cron.CronAdministration;
import io.echelon.cron.DeclaredCron;
import io.echelon.cron.RevisionCrons;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.rocksdb.RocksKvStore;
import io.echelon.kvstore.rocksdb.RocksOptions;
import io.echelon.tenants.AppName;
import io.echelon.tenants.CronSpec;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.PlanName;
import io.echelon.tenants.Quota;
import io.echelon.tenants.QuotaRecord;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.RouteRecord;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CronQuotaTest {
    private static final TenantName TENANT = new TenantName("acme");
    private static final AppName FIRST = new AppName("first");
    private static final AppName SECOND = new AppName("second");

    @TempDir Path folder;

    private RocksKvStore store;
    private SystemDatabase database;
    private CronAdministration crons;
    private CronQuota quota;

    @BeforeEach
    void open() {
        store = RocksKvStore.open(RocksOptions.of(folder).withReserveBytes(0));
        database = new SystemDatabase(store);
        crons = new CronAdministration(store.database(SystemRows.DATABASE));
        quota = new CronQuota(database, new QuotaRules(database), crons);
        allow(5);
        declare(FIRST, 1, 4);
        declare(FIRST, 2, 3);
        serve(FIRST, 2);
    }

    @AfterEach
    void close() {
        store.close();
    }

    private void allow(long most) {
        database.commit(
                AtomicWrite.builder()
                        .set(
                                KvKey.of(SystemRows.quotas(TENANT)),
                                SystemDatabase.value(
                                        new QuotaRecord(
                                                TENANT,
                                                PlanName.DEFAULT,
                                                Map.of(Quota.CRONS.wireName(), most)))));
    }

    private void declare(AppName app, int revision, int count) {
        var _ =
                crons.declare(
                        new RevisionId(TENANT, app, revision),
                        RevisionCrons.checked(
                                IntStream.range(0, count)
                                        .mapToObj(
                                                i ->
                                                        DeclaredCron.configured(
                                                                new CronSpec(
                                                                        "tick-" + i,
                                                                        "0 0 1 1 *",
                                                                        null,
                                                                        null,
                                                                        null,
                                                                        null,
                                                                        null,
                                                                        null)))
                                        .toList()));
    }

    private void serve(AppName app, int revision) {
        database.commit(
                AtomicWrite.builder()
                        .set(
                                KvKey.of(SystemRows.route(TENANT, app)),
                                SystemDatabase.value(
                                        new RouteRecord(
                                                TENANT, app, revision, null, Instant.EPOCH))));
    }

    @Test
    void countsWhatIsInProduction() {
        declare(SECOND, 1, 2);
        assertThat(quota.used(TENANT)).isEqualTo(3);
        serve(SECOND, 1);
        assertThat(quota.used(TENANT)).isEqualTo(5);
    }

    @Test
    void refusesMoreThanTheTenantMayHaveWithLimitAndCount() {
        assertThatCode(() -> quota.require(TENANT, SECOND, 2)).doesNotThrowAnyException();
        assertThatThrownBy(() -> quota.require(TENANT, SECOND, 3))
                .isInstanceOf(EchelonException.class)
                .hasMessageContaining("has 3 crons")
                .hasMessageContaining("have 3; together they may have 5 (quota crons)");
        declare(SECOND, 1, 3);
        assertThat(quota.refusal(new RevisionId(TENANT, SECOND, 1))).isPresent();
        assertThat(quota.refusal(new RevisionId(TENANT, SECOND, 9))).isEmpty();
    }

    @Test
    void aSmallerQuotaTakesNothingAway() {
        allow(1);
        assertThatCode(() -> quota.require(TENANT, FIRST, 3)).doesNotThrowAnyException();
        assertThatThrownBy(() -> quota.require(TENANT, FIRST, 4))
                .isInstanceOf(EchelonException.class);
    }
}
