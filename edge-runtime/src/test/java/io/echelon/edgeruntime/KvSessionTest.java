package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.isolatepool.GuestError;
import io.echelon.isolatepool.HostResult;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.rocksdb.RocksKvStore;
import io.echelon.kvstore.rocksdb.RocksOptions;
import io.echelon.tenants.AppName;
import io.echelon.tenants.PlanName;
import io.echelon.tenants.Quota;
import io.echelon.tenants.QuotaRecord;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.SystemRows;
import io.echelon.tenants.TenantName;
import io.echelon.tenants.UsageCounter;
import io.echelon.tenants.UsageCounts;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The host's side alone, with what no platform inside an isolate would ask. */
@Timeout(60)
final class KvSessionTest {
    @TempDir Path folder;
    private RocksKvStore store;
    private KvBinding.Services services;
    private KvSession session;
    private final UsageMeter usage = new UsageMeter();
    private final TenantGates gates = new TenantGates(AdmissionPolicy.DEFAULT);

    @BeforeEach
    void open() {
        store = RocksKvStore.open(RocksOptions.of(folder).withReserveBytes(0));
        services =
                new KvBinding.Services(
                        new BoundedStore(store, store, gates),
                        Clock.systemUTC(),
                        new HostMemory(1L << 30),
                        new AtomicInteger(),
                        gates,
                        new DatabaseRegister(store.database(SystemRows.DATABASE), gates),
                        Traces.off());
        RevisionId revision = new RevisionId(new TenantName("acme"), new AppName("app"), 1);
        session =
                new KvSession(
                        services,
                        KvBinding.Access.GRANTED,
                        revision,
                        usage,
                        new GuestTraces(Traces.off(), new TestGuest(revision, Optional.empty())));
    }

    @AfterEach
    void close() {
        session.close();
        store.close();
    }

    private Object call(String operation, Object... arguments) {
        Object result =
                session.start(operation, arguments)
                        .toCompletableFuture()
                        .orTimeout(30, TimeUnit.SECONDS)
                        .join();
        return result instanceof HostResult waited ? waited.take() : result;
    }

    private String refusal(String operation, Object... arguments) {
        try {
            call(operation, arguments);
        } catch (CompletionException e) {
            assertThat(e.getCause()).isInstanceOf(GuestError.class);
            return ((GuestError) e.getCause()).className() + ": " + e.getCause().getMessage();
        }
        return "none";
    }

    /** An answer that no guest has taken. */
    private Object untaken(byte[] ranges) {
        return session.start("read", new Object[] {"", true, ranges})
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    /** A read of everything, up to a limit. */
    private static byte[] everything(int limit) {
        return ByteBuffer.allocate(9)
                .put((byte) 1)
                .putShort((short) 0)
                .putShort((short) 1)
                .put((byte) 0xff)
                .putShort((short) limit)
                .put((byte) 0)
                .array();
    }

    @Test
    void refusesWhatIsNoRequest() {
        assertThat(refusal("nonsense")).contains("no operation");
        assertThat(refusal("read")).contains("called wrongly");
        assertThat(refusal("read", 5, true, new byte[0])).contains("called wrongly");
        assertThat(refusal("read", "", true, new byte[0])).contains("called wrongly");
        assertThat(refusal("read", "", "x", everything(1))).contains("called wrongly");
        assertThat(refusal("read", "", true, everything(1001))).contains("1,001");
        assertThat(refusal("read", "", true, everything(0))).contains("limit");
        assertThat(refusal("commit", "", new byte[] {0, 101})).contains("called wrongly");
        assertThat(refusal("commit", "", new byte[] {0, 0, 0, 0, 0, 0, 0}))
                .contains("called wrongly");
        assertThat(refusal("watch", "", new byte[] {0})).contains("at least one");
        assertThat(refusal("watch", "", new byte[] {11})).contains("called wrongly");
        assertThat(call("changed", 7)).isEqualTo(false);
        assertThat(call("unwatch", 7)).isNull();
        assertThat(services.memory().usedBytes()).isZero();
        assertThat(services.watches().get()).isZero();
    }

    @Test
    void bytesOfAnyKindNeverBreakIt() {
        Random random = new Random(11);
        for (int i = 0; i < 3_000; i++) {
            byte[] bytes = new byte[random.nextInt(80)];
            random.nextBytes(bytes);
            if (bytes.length > 4 && i % 3 == 0) {
                bytes[0] = 0;
                bytes[1] = (byte) random.nextInt(2);
                bytes[2] = 0;
                bytes[3] = (byte) random.nextInt(3);
            }
            String operation = List.of("read", "commit", "watch").get(i % 3);
            Object[] arguments =
                    operation.equals("read")
                            ? new Object[] {"", true, bytes}
                            : new Object[] {"", bytes};
            assertThat(refusal(operation, arguments))
                    .satisfiesAnyOf(
                            told -> assertThat(told).startsWith("TypeError"),
                            told -> assertThat(told).isEqualTo("none"));
        }
    }

    @Test
    void refusesAnIsolateThatAsksForMoreThanItsShareAtOnce() {
        Object waited = untaken(everything(10));
        assertThat(refusal("read", "", true, everything(1000)))
                .startsWith("TypeError: kv operations under way may take 16,777,216 bytes");
        assertThat(((HostResult) waited).take()).isInstanceOf(byte[].class);
        assertThat(call("read", "", true, everything(1000))).isInstanceOf(byte[].class);
        assertThat(services.memory().usedBytes()).isZero();
    }

    private void decide(Quota quota, long limit) {
        TenantName tenant = new TenantName("acme");
        gates.set(
                new TenantGates.Decided(
                        Map.of(
                                tenant,
                                new QuotaRecord(
                                        tenant, PlanName.DEFAULT, Map.of(quota.wireName(), limit))),
                        Map.of(),
                        1));
    }

    @Test
    void aTenantHasAsManyNamedDatabasesAsItsQuotaAllows() {
        decide(Quota.DATABASES, 2);
        assertThat(refusal("open", "one")).isEqualTo("none");
        assertThat(refusal("commit", "two", value("a", 1))).isEqualTo("none");
        assertThat(refusal("open", "one")).isEqualTo("none");
        assertThat(refusal("open", "app")).as("the app's own").isEqualTo("none");
        assertThat(refusal("open", "")).isEqualTo("none");
        assertThat(refusal("open", "three"))
                .contains("\"three\"")
                .contains("2 that this tenant may have")
                .contains("quota databases");
        assertThat(refusal("read", "four", true, everything(1))).contains("quota databases");
        services.register().forget();
        assertThat(refusal("read", "two", true, everything(1))).isEqualTo("none");
        decide(Quota.DATABASES, 3);
        assertThat(refusal("open", "three")).isEqualTo("none");
    }

    @Test
    void operationsAboveTheTenantsRateAreRefused() {
        decide(Quota.KV_OPERATIONS_PER_SECOND, 1);
        assertThat(gates.of(new TenantName("acme")).admitKv(100_000, System.nanoTime())).isTrue();
        assertThat(refusal("commit", "", value("a", 1)))
                .contains("1 operations of databases and caches a second");
    }

    @Test
    void aCommitBeyondTheTenantsBytesIsAnError() {
        decide(Quota.KV_BYTES, 500);
        assertThat(refusal("commit", "", value("a", 100))).isEqualTo("none");
        assertThat(refusal("commit", "", value("b", 600)))
                .startsWith("Error: The commit would add")
                .contains("quota kvBytes allows 500: delete something, or ask the operator");
        assertThat(refusal("commit", "", value("a", 100))).isEqualTo("none");
    }

    @Test
    void countsReadsAndWritesForTheTenant() {
        call("commit", "", value("a", 10));
        call("read", "", true, everything(10));
        UsageCounts counts = new UsageCounts();
        usage.addTo(counts);
        assertThat(counts.get(UsageCounter.KV_WRITES)).isEqualTo(1);
        assertThat(counts.get(UsageCounter.KV_READS)).isEqualTo(1);
    }

    @Test
    void countsAnswersUntilTheyAreTaken() {
        call("commit", "", value("a", 60_000));
        Object waited = untaken(everything(10));
        assertThat(services.memory().usedBytes()).isBetween(60_000L, 61_000L);
        assertThat(((HostResult) waited).take()).isInstanceOf(byte[].class);
        assertThat(services.memory().usedBytes()).isZero();
        assertThat(untaken(everything(10))).isNotNull();
        session.close();
        assertThat(services.memory().usedBytes()).isZero();
        assertThat(refusal("read", "", true, everything(1))).startsWith("AbortError");
    }

    @Test
    void endsItsWatchesWhenItCloses() {
        byte[] key = KvKey.of("a").encoded();
        byte[] keys =
                ByteBuffer.allocate(3 + key.length)
                        .put((byte) 1)
                        .putShort((short) key.length)
                        .put(key)
                        .array();
        Object watch = call("watch", "", keys);
        assertThat(call("changed", watch)).isEqualTo(true);
        CompletableFuture<?> pending =
                session.start("changed", new Object[] {watch}).toCompletableFuture();
        assertThat(refusal("changed", watch)).contains("called wrongly");
        call("commit", "", value("a", 1));
        assertThat(pending.orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo(true);
        CompletableFuture<?> last =
                session.start("changed", new Object[] {watch}).toCompletableFuture();
        session.close();
        assertThat(last.orTimeout(30, TimeUnit.SECONDS).join()).isEqualTo(false);
        assertThat(services.watches().get()).isZero();
    }

    @Test
    void saysThatAStoreIsAwayWithoutInnerCauses() {
        store.close();
        assertThat(refusal("read", "", true, everything(1)))
                .isEqualTo(
                        "Error: The database is unavailable now; a write may or may not have been made: read before trying again");
        assertThatThrownBy(() -> call("commit", "", value("a", 1)))
                .hasCauseInstanceOf(GuestError.class);
    }

    /** A commit that sets one key to so many bytes. */
    private static byte[] value(String key, int length) {
        byte[] encoded = KvKey.of(key).encoded();
        ByteBuffer out = ByteBuffer.allocate(40 + encoded.length + length);
        out.putShort((short) 0).putShort((short) 1).put((byte) 0);
        out.putShort((short) encoded.length).put(encoded);
        out.put((byte) 3).putInt(length).position(out.position() + length);
        out.putDouble(-1).putShort((short) 0);
        byte[] bytes = new byte[out.position()];
        out.flip().get(bytes);
        return bytes;
    }
}
