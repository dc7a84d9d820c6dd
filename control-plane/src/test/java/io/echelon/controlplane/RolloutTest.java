package io.echelon.controlplane;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvStore;
import io.echelon.kvstore.rocksdb.RocksKvStore;
import io.echelon.kvstore.rocksdb.RocksOptions;
import io.echelon.tenants.AppName;
import io.echelon.tenants.ReadinessRecord;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.RevisionRecord;
import io.echelon.tenants.RouteRecord;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class RolloutTest {
    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final RevisionId ID =
            new RevisionId(TenantName.DEFAULT, new AppName("hello"), 1);

    @TempDir Path folder;

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.EPOCH);
    private Optional<String> refusal = Optional.empty();
    private KvStore store;
    private SystemDatabase database;

    @BeforeEach
    void open() {
        store = RocksKvStore.open(RocksOptions.of(folder).withReserveBytes(0));
        database = new SystemDatabase(store);
        RevisionRecord revision =
                new RevisionRecord(
                        ID,
                        "0".repeat(64),
                        1,
                        1,
                        RevisionRecord.Kind.PRODUCTION,
                        Instant.EPOCH,
                        RevisionRecord.State.DEPLOYING,
                        null);
        database.commit(
                AtomicWrite.builder()
                        .set(KvKey.of(SystemRows.revision(ID)), SystemDatabase.value(revision))
                        .set(KvKey.of(SystemRows.deploying(ID)), SystemDatabase.value(ID)));
    }

    @AfterEach
    void close() {
        store.close();
    }

    @Test
    void failsNamingTheNodesWhenTheDeadlineHasPassed() throws InterruptedException {
        try (TestNode ready = TestNode.join(database, "node-1");
                TestNode stuck = TestNode.join(database, "node-2")) {
            ready.report(ID, ReadinessRecord.State.READY, null);
            stuck.report(ID, ReadinessRecord.State.WARMING, null);
            Thread rollout = begin();
            now.set(Instant.EPOCH.plus(DEADLINE));
            rollout.join();

            assertThat(revision().state()).isEqualTo(RevisionRecord.State.FAILED);
            assertThat(revision().detail()).contains("node-2 (WARMING)").doesNotContain("node-1");
            assertThat(route()).isNull();
        }
    }

    @Test
    void failsWithoutALiveNodeWhenTheDeadlineHasPassed() throws InterruptedException {
        Thread rollout = begin();
        now.set(Instant.EPOCH.plus(DEADLINE));
        rollout.join();

        assertThat(revision().detail()).startsWith("No edge node is alive");
    }

    @Test
    void takesUpANodeThatJoinsLater() throws InterruptedException {
        Thread rollout = begin();
        try (TestNode late = TestNode.join(database, "node-1")) {
            late.report(ID, ReadinessRecord.State.READY, null);
            rollout.join();
        }

        assertThat(revision().state()).isEqualTo(RevisionRecord.State.READY);
        assertThat(route()).isNotNull();
    }

    @Test
    void runsToTheSameEndTwiceAtOnce() throws InterruptedException {
        Thread first = begin();
        Thread second = begin();
        try (TestNode node = TestNode.join(database, "node-1")) {
            node.report(ID, ReadinessRecord.State.READY, null);
            first.join();
            second.join();
        }

        assertThat(revision().state()).isEqualTo(RevisionRecord.State.READY);
        assertThat(route().production()).isEqualTo(1);
        assertThat(route().previous()).isNull();
        assertThat(database.keys(SystemRows.deploying())).isEmpty();
        assertThat(database.keys(SystemRows.changes())).hasSize(1);
    }

    @Test
    void aRevisionThatMayNotGoIntoProductionFails() throws InterruptedException {
        refusal = Optional.of("too many crons");
        Thread rollout = begin();
        try (TestNode node = TestNode.join(database, "node-1")) {
            node.report(ID, ReadinessRecord.State.READY, null);
            rollout.join();
        }

        assertThat(revision().state()).isEqualTo(RevisionRecord.State.FAILED);
        assertThat(revision().detail()).isEqualTo("too many crons");
        assertThat(route()).isNull();
    }

    @Test
    void endsWhenItsRevisionIsGone() throws InterruptedException {
        Thread rollout = begin();
        database.commit(AtomicWrite.builder().delete(KvKey.of(SystemRows.revision(ID))));
        rollout.join();

        assertThat(database.keys(SystemRows.deploying())).isEmpty();
    }

    private Thread begin() {
        Rollout rollout = new Rollout(database, ID, now::get, DEADLINE, _ -> refusal);
        return Thread.ofVirtual()
                .start(
                        () -> {
                            try {
                                rollout.run();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        });
    }

    private RevisionRecord revision() {
        return database.get(SystemRows.revision(ID), RevisionRecord.class).orElseThrow().value();
    }

    private @Nullable RouteRecord route() {
        return database.get(SystemRows.route(ID.tenant(), ID.app()), RouteRecord.class)
                .map(SystemDatabase.Row::value)
                .orElse(null);
    }
}
