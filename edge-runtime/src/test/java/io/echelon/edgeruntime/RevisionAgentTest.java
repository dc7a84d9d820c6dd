package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.cron.CronAdministration;
import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvSelector;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.Mutation;
import io.echelon.kvstore.files.FileBlobStore;
import io.echelon.kvstore.rocksdb.RocksKvStore;
import io.echelon.kvstore.rocksdb.RocksOptions;
import io.echelon.tenants.AppName;
import io.echelon.tenants.AppRecord;
import io.echelon.tenants.BundleFile;
import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.Json;
import io.echelon.tenants.Manifest;
import io.echelon.tenants.Permissions;
import io.echelon.tenants.ReadinessRecord;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.RevisionRecord;
import io.echelon.tenants.RevisionRecord.Kind;
import io.echelon.tenants.RevisionRecord.State;
import io.echelon.tenants.RouteRecord;
import io.echelon.tenants.Stickiness;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.SystemRows.AppChange;
import io.echelon.tenants.TenantName;
import io.echelon.tenants.TenantQuotas;
import io.echelon.tenants.TrafficSplit;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.MultiMap;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A node's agent beside a real store, into which the test writes as the control plane does. */
@Timeout(60)
final class RevisionAgentTest {
    private static final TenantName TENANT = TenantName.DEFAULT;
    private static final AppName HELLO = new AppName("hello");
    private static final String HOST = "hello.localhost";
    private static final Instant NOW = Instant.parse("2026-01-01T00:00:00Z");

    /** Short, where a test waits for the agent to look again by itself. */
    private static final Duration SOON = Duration.ofMillis(50);

    private static final Duration NEVER = Duration.ofHours(1);

    @TempDir Path folder;

    private final EchoPool pool = new EchoPool();
    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private RocksKvStore store;
    private FileBlobStore blobs;
    private KvDatabase database;
    private RevisionAgent agent;

    @BeforeEach
    void open() {
        store = RocksKvStore.open(RocksOptions.of(folder.resolve("kv")).withReserveBytes(0));
        blobs = FileBlobStore.open(folder.resolve("blobs"), 0);
        database = store.database(SystemRows.DATABASE);
    }

    @AfterEach
    void close() {
        if (agent != null) {
            agent.close();
        }
        store.close();
    }

    private void start(Duration lookAgain) throws InterruptedException {
        agent =
                new RevisionAgent(
                        "node-1",
                        new SystemReader(database),
                        new RevisionLoader(
                                pool,
                                new LocalBlobs(blobs, blobs),
                                permissions -> List.of(),
                                (guest, level, line) -> {},
                                revision -> Map.of(),
                                new CronAdministration(database),
                                _ -> TenantQuotas.STANDARD),
                        pool,
                        new HostNames("localhost"),
                        new Targets(
                                new TenantGates(AdmissionPolicy.DEFAULT),
                                registry,
                                new UsageLedger(database, Clock.systemUTC(), "node-1")),
                        new CronPlans((tenant, app, crons) -> {}),
                        lookAgain);
        agent.start();
        agent.awaitSynced();
    }

    @Test
    void aNodeThatWasAwayCatchesUpBeforeItServes() throws Exception {
        app(1);
        commit(revision(1, State.READY, blob("one")), route(1, null));
        start(NEVER);
        assertThat(served()).isEqualTo(1);
        agent.close();

        commit(revision(2, State.READY, blob("two")), route(2, 1));
        commit(
                new AppName("other"),
                appRow(new AppName("other"), 1),
                revision("other", 1),
                route("other", 1));
        start(NEVER);
        assertThat(served()).isEqualTo(2);
        assertThat(agent.find("other.localhost")).isNotNull();
    }

    @Test
    void aNodeOnWhichMuchIsDeployedServesBeforeAllIsWarmAndWarmsAtOnceWhatIsCalled()
            throws Exception {
        List<String> names = IntStream.range(0, 10).mapToObj(i -> "many-" + i).toList();
        for (String name : names) {
            app(name, 1);
            write(revision(name, 1), route(name, 1));
        }
        pool.holdInstalls();
        start(NEVER);
        RevisionId last = new RevisionId(TENANT, new AppName("many-9"), 1);
        assertThat(agent.find("many-9.localhost")).isNull();
        var called = agent.wake("many-9.localhost").toCompletableFuture();
        until(() -> pool.isHeld(last));
        pool.letInstallsGo();
        assertThat(called.get(30, TimeUnit.SECONDS).revision()).isEqualTo(last);
        until(() -> names.stream().allMatch(name -> agent.find(name + ".localhost") != null));
        assertThat(agent.wake("nothing.localhost").toCompletableFuture().get()).isNull();
    }

    @Test
    void reportsEachStepAndSwitchesTheHostOnlyWithTheRoute() throws Exception {
        app(1);
        commit(revision(1, State.READY, blob("one")), route(1, null));
        start(NEVER);
        app(2);
        commit(revision(2, State.DEPLOYING, blob("two")));
        until(() -> readiness(2) == ReadinessRecord.State.READY);
        assertThat(served()).isEqualTo(1);
        assertThat(agent.find("hello--v2.localhost")).isNotNull();
        commit(revision(2, State.READY, blob("two")), route(2, 1));
        until(() -> served() == 2);
        until(() -> readiness(2) == ReadinessRecord.State.SERVING);
        assertThat(pool.isInstalled(id(1))).as("for a rollback").isTrue();
        commit(route(1, 2));
        until(() -> served() == 1);
    }

    @Test
    void aRevisionThatCannotBeInstalledIsReportedAndChangesNoHost() throws Exception {
        app(1);
        commit(revision(1, State.READY, blob("one")), route(1, null));
        start(NEVER);
        app(2);
        commit(revision(2, State.DEPLOYING, blob("syntax error")));
        until(() -> readiness(2) == ReadinessRecord.State.FAILED);
        assertThat(readinessRow(2).detail()).contains("main.js:1: syntax error");
        assertThat(served()).isEqualTo(1);
        assertThat(agent.find("hello--v2.localhost")).isNull();
        assertThat(pool.isInstalled(id(2))).isFalse();
    }

    @Test
    void aRevisionWhoseFilesAreNotThereIsReported() throws Exception {
        start(NEVER);
        app(1);
        commit(revision(1, State.DEPLOYING, "0".repeat(64)));
        until(() -> readiness(1) == ReadinessRecord.State.FAILED);
        assertThat(readinessRow(1).detail()).contains("0000").doesNotContain("java.");
    }

    @Test
    void aFileThatHasDecayedIsNotServed() throws Exception {
        String manifest = blob("decays");
        String hash = Json.read(blobs.read(manifest), Manifest.class).files().get(0).sha256();
        Files.writeString(blobs.file(hash), "something else");
        start(NEVER);
        app(1);
        commit(revision(1, State.DEPLOYING, manifest));
        until(() -> readiness(1) == ReadinessRecord.State.FAILED);
        assertThat(pool.isInstalled(id(1))).isFalse();
    }

    @Test
    void whatAHostShouldLeadToIsTriedAgainUntilItLoads() throws Exception {
        String manifest = blob("late");
        byte[] content = blobs.read(manifest);
        blobs.delete(manifest);
        app(1);
        commit(revision(1, State.READY, manifest), route(1, null));
        start(SOON);
        assertThat(agent.find(HOST)).isNull();
        blobs.put(manifest, content);
        until(() -> served() == 1);
    }

    @Test
    void aRemovedAppIsGoneWithItsRevisionsAndMeters() throws Exception {
        app(1);
        commit(revision(1, State.READY, blob("one")), route(1, null));
        start(NEVER);
        assertThat(registry.getMeters()).isNotEmpty();
        remove();
        until(() -> agent.find(HOST) == null);
        until(() -> !pool.isInstalled(id(1)));
        until(() -> registry.getMeters().isEmpty());
        assertThat(agent.wake("hello--v1.localhost").toCompletableFuture().get()).isNull();
        assertThat(pool.installed).isEmpty();
    }

    @Test
    void anAppThatIsRemovedWhileItsRevisionLoadsLeavesNothing() throws Exception {
        start(NEVER);
        pool.holdInstalls();
        app(1);
        commit(revision(1, State.DEPLOYING, blob("slow")));
        until(() -> pool.isHeld(id(1)));
        remove();
        app("marker", 1); // the agent has seen the removal once it has seen what came after
        commit(new AppName("marker"), revision("marker", 1), route("marker", 1));
        until(() -> pool.isHeld(new RevisionId(TENANT, new AppName("marker"), 1)));
        pool.letInstallsGo();
        until(() -> agent.find("marker.localhost") != null);
        until(() -> !pool.isInstalled(id(1)));
        assertThat(agent.find("hello--v1.localhost")).isNull();
        until(() -> registry.find("echelon.requests").tag("app", "hello").counters().isEmpty());
    }

    @Test
    void changesThatTheFeedHasLostAreFoundAllTheSame() throws Exception {
        app(1);
        commit(revision(1, State.READY, blob("one")), route(1, null));
        app("doomed", 1);
        commit(new AppName("doomed"), revision("doomed", 1), route("doomed", 1));
        start(SOON);
        assertThat(agent.find("doomed.localhost")).isNotNull();
        // Everything changes without a word, and what the node saw last is gone from the feed.
        write(
                revision(2, State.READY, blob("two")),
                route(2, 1),
                new Mutation.Delete(KvKey.of(SystemRows.app(TENANT, new AppName("doomed")))),
                new Mutation.Delete(KvKey.of(SystemRows.route(TENANT, new AppName("doomed")))));
        for (KvEntry change :
                database.listAll(KvSelector.prefix(KvKey.of(SystemRows.changes()))).join()) {
            write(new Mutation.Delete(change.key()));
        }
        until(() -> served() == 2);
        until(() -> agent.find("doomed.localhost") == null);
    }

    @Test
    void oldRevisionsSleepAndAreWokenByTheirOwnHost() throws Exception {
        app(4);
        for (int number = 1; number <= 4; number++) {
            commit(revision(number, State.READY, blob("number " + number)));
        }
        commit(route(4, 3));
        start(NEVER);
        assertThat(pool.installed).containsOnlyKeys(id(4));
        assertThat(agent.find("hello--v1.localhost")).isNull();
        Target woken = agent.wake("hello--v1.localhost").toCompletableFuture().get();
        assertThat(woken.revision()).isEqualTo(id(1));
        assertThat(pool.isInstalled(id(1))).isTrue();
        assertThat(agent.wake("hello--v9.localhost").toCompletableFuture().get()).isNull();
    }

    @Test
    void aSplitWarmsARevisionThatHasBeenAsleepAndEndsWithoutATrace() throws Exception {
        app(3);
        for (int number = 1; number <= 3; number++) {
            commit(revision(number, State.READY, blob("number " + number)));
        }
        commit(route(3, 2));
        start(NEVER);
        assertThat(pool.isInstalled(id(1))).isFalse();
        pool.holdInstalls();
        commit(split(1, 25));
        until(() -> agent.find(HOST) instanceof SplitRoute);
        assertThat(chosen(100)).as("until it is warm").containsOnlyKeys(3);
        pool.letInstallsGo();
        until(() -> chosen(100).containsKey(1));
        assertThat(chosen(400)).containsExactlyInAnyOrderEntriesOf(Map.of(1, 100, 3, 300));
        assertThat(agent.production()).singleElement().extracting(Target::label).isEqualTo("v3");

        commit(route(3, 2));
        until(() -> agent.find(HOST) instanceof Target);
        until(() -> !pool.isInstalled(id(1)));
        assertThat(served()).isEqualTo(3);
    }

    /** How many of some requests each revision gets. */
    private Map<Integer, Integer> chosen(int requests) {
        Map<Integer, Integer> counts = new TreeMap<>();
        MultiMap response = MultiMap.caseInsensitiveMultiMap();
        for (int i = 0; i < requests; i++) {
            Target target = agent.find(HOST).choose(null, response);
            counts.merge(target.revision().number(), 1, Integer::sum);
        }
        assertThat(response).isEmpty();
        return counts;
    }

    private static Mutation split(int revision, int percent) {
        return set(
                SystemRows.route(TENANT, HELLO),
                new RouteRecord(
                        TENANT,
                        HELLO,
                        3,
                        2,
                        NOW,
                        new TrafficSplit(
                                List.of(new TrafficSplit.Share(revision, percent)),
                                new Stickiness.None())));
    }

    @Test
    void aHundredDeploymentsLeaveThreeRevisionsInstalled() throws Exception {
        start(NEVER);
        for (int number = 1; number <= 100; number++) {
            int serving = number;
            app(number);
            commit(revision(number, State.DEPLOYING, blob("number " + number)));
            until(() -> readiness(serving) == ReadinessRecord.State.READY);
            commit(
                    revision(number, State.READY, blob("number " + number)),
                    route(number, number == 1 ? null : number - 1));
            until(() -> served() == serving);
        }
        until(() -> pool.installed.size() <= 3);
        assertThat(pool.installed).containsKeys(id(100), id(99));
    }

    private int served() {
        Route route = agent.find(HOST);
        return route == null ? 0 : route.main().revision().number();
    }

    private static RevisionId id(int number) {
        return new RevisionId(TENANT, HELLO, number);
    }

    /** Stores a bundle of one file and its manifest; the answer is the manifest's hash. */
    private String blob(String source) throws Exception {
        byte[] content = source.getBytes(StandardCharsets.UTF_8);
        String hash = sha256(content);
        blobs.put(hash, content);
        byte[] manifest =
                Json.bytes(
                        new Manifest(
                                "main.js",
                                List.of(new BundleFile("main.js", hash, content.length)),
                                Isolation.REQUEST,
                                1,
                                FunctionLimits.DEFAULT,
                                Permissions.DEFAULT,
                                Map.of(),
                                List.of(),
                                null));
        blobs.put(sha256(manifest), manifest);
        return sha256(manifest);
    }

    private static String sha256(byte[] content) throws Exception {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    }

    private void app(int latest) {
        write(appRow(HELLO, latest));
    }

    private void app(String name, int latest) {
        write(appRow(new AppName(name), latest));
    }

    private static Mutation appRow(AppName app, int latest) {
        return set(SystemRows.app(TENANT, app), new AppRecord(TENANT, app, NOW, latest));
    }

    private static Mutation revision(int number, State state, String manifest) {
        return set(SystemRows.revision(id(number)), record(id(number), state, manifest));
    }

    private Mutation revision(String app, int number) throws Exception {
        RevisionId id = new RevisionId(TENANT, new AppName(app), number);
        return set(SystemRows.revision(id), record(id, State.READY, blob(app)));
    }

    private static RevisionRecord record(RevisionId id, State state, String manifest) {
        return new RevisionRecord(id, manifest, 1, 1, Kind.PRODUCTION, NOW, state, null);
    }

    private static Mutation route(int production, Integer previous) {
        return set(
                SystemRows.route(TENANT, HELLO),
                new RouteRecord(TENANT, HELLO, production, previous, NOW));
    }

    private static Mutation route(String app, int production) {
        AppName name = new AppName(app);
        return set(
                SystemRows.route(TENANT, name),
                new RouteRecord(TENANT, name, production, null, NOW));
    }

    private void remove() {
        commit(
                new Mutation.Delete(KvKey.of(SystemRows.app(TENANT, HELLO))),
                new Mutation.Delete(KvKey.of(SystemRows.route(TENANT, HELLO))),
                new Mutation.Delete(KvKey.of(SystemRows.revision(id(1)))));
    }

    private static Mutation set(List<Object> key, Object value) {
        return new Mutation.Set(KvKey.of(key), KvValue.bytes(Json.bytes(value)), Expiry.NEVER);
    }

    private void commit(Mutation... mutations) {
        commit(HELLO, mutations);
    }

    /** Writes rows of an app and says so in the feed. */
    private void commit(AppName app, Mutation... mutations) {
        AtomicWrite.Builder write = AtomicWrite.builder();
        for (Mutation mutation : mutations) {
            write.mutate(mutation);
        }
        KvValue change = KvValue.bytes(Json.bytes(new AppChange(TENANT, app)));
        write.mutate(
                new Mutation.SetVersionstamped(
                        KvKey.of(SystemRows.changes()), change, Expiry.NEVER));
        write.set(KvKey.of(SystemRows.changeSignal()), KvValue.bytes(new byte[0]));
        database.commit(write.build()).join();
    }

    /** Writes rows and says nothing. */
    private void write(Mutation... mutations) {
        AtomicWrite.Builder write = AtomicWrite.builder();
        for (Mutation mutation : mutations) {
            write.mutate(mutation);
        }
        database.commit(write.build()).join();
    }

    private ReadinessRecord readinessRow(int number) {
        return database.get(KvKey.of(SystemRows.readiness(id(number), "node-1")))
                .join()
                .map(entry -> Json.read(entry.value().data(), ReadinessRecord.class))
                .orElse(null);
    }

    private ReadinessRecord.State readiness(int number) {
        ReadinessRecord row = readinessRow(number);
        return row == null ? null : row.state();
    }

    private static void until(BooleanSupplier condition) {
        long begun = System.nanoTime();
        while (!condition.getAsBoolean()) {
            assertThat(TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begun)).isLessThan(30);
            LockSupport.parkNanos(2_000_000);
        }
    }
}
