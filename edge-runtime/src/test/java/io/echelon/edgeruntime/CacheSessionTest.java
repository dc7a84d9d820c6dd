package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.isolatepool.GuestError;
import io.echelon.isolatepool.HostResult;
import io.echelon.kvstore.KvLimits;
import io.echelon.kvstore.files.FileCache;
import io.echelon.tenants.AppName;
import io.echelon.tenants.PlanName;
import io.echelon.tenants.Quota;
import io.echelon.tenants.QuotaRecord;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Clock;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The host's side of caches alone, with what no platform inside an isolate would ask. */
@Timeout(60)
final class CacheSessionTest {
    private static final String PAGE = "https://shop.example/page";
    private static final int MEMORY = 1_000_000;

    @TempDir private Path folder;
    private final TenantGates gates = new TenantGates(AdmissionPolicy.DEFAULT);
    private final MeterRegistry registry = new SimpleMeterRegistry();
    private final HostMemory memory = new HostMemory(MEMORY);
    private FileCache entries;
    private CacheBinding binding;
    private CacheSession session;

    @BeforeEach
    void open() {
        entries = FileCache.open(folder, new FileCache.Space(64 << 20, 0), InstantSource.system());
        binding =
                new CacheBinding(
                        new ClusterCache("node-1", false, entries, List::of, System::nanoTime),
                        new CacheMetrics(registry, entries),
                        memory,
                        gates,
                        Clock.systemUTC(),
                        Traces.off());
        session = session("acme", "shop");
    }

    private CacheSession session(String tenant, String app) {
        RevisionId revision = new RevisionId(new TenantName(tenant), new AppName(app), 1);
        return (CacheSession) binding.open(new TestGuest(revision, Optional.empty()));
    }

    private static CompletableFuture<@Nullable Object> start(
            CacheSession session, String operation, Object... arguments) {
        CompletionStage<@Nullable Object> stage = session.start(operation, arguments);
        return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS);
    }

    private static @Nullable Object call(
            CacheSession session, String operation, Object... arguments) {
        Object result = start(session, operation, arguments).join();
        return result instanceof HostResult waited ? waited.take() : result;
    }

    private @Nullable Object call(String operation, Object... arguments) {
        return call(session, operation, arguments);
    }

    private static void until(BooleanSupplier holds) {
        while (!holds.getAsBoolean()) {
            LockSupport.parkNanos(1_000_000);
        }
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

    @Test
    void refusesWhatIsNoRequest() {
        assertThat(refusal("nonsense", "=a")).contains("no operation");
        assertThat(refusal("match")).contains("called wrongly");
        assertThat(refusal("match", "=a")).contains("called wrongly");
        assertThat(refusal("match", 5, PAGE)).contains("called wrongly");
        assertThat(refusal("match", "=a", new byte[0])).contains("called wrongly");
        assertThat(refusal("put", "=a", PAGE, "text", 1.0)).contains("called wrongly");
        assertThat(refusal("put", "=a", PAGE, new byte[0])).contains("called wrongly");
        assertThat(refusal("open", "=" + "a".repeat(257))).contains("257").contains("256");
        assertThat(refusal("match", "=a", "https://a/" + "a".repeat(16_384)))
                .contains("16,394")
                .contains("16,384");
        assertThat(refusal("put", "=a", PAGE, new byte[KvLimits.CACHE_ENTRY_MAX_BYTES + 1], -1.0))
                .contains("8,388,609")
                .contains("8,388,608");
        assertThat(call("open", "=" + "a".repeat(256))).isNull();
        assertThat(memory.usedBytes()).isZero();
    }

    @Test
    void appsAndTenantsSeeNothingOfEachOther() {
        call("put", "-", PAGE, new byte[] {1}, -1.0);
        for (CacheSession stranger :
                List.of(session("acme", "other"), session("umbrella", "shop"))) {
            assertThat(call(stranger, "match", "-", PAGE)).isNull();
            assertThat(call(stranger, "has", "-")).isEqualTo(false);
            assertThat(call(stranger, "delete", "-", PAGE)).isEqualTo(false);
            assertThat(call(stranger, "drop", "-")).isEqualTo(false);
        }
        assertThat((byte[]) call(session("acme", "shop"), "match", "-", PAGE)).containsExactly(1);
        assertThat(call("match", "=-", PAGE)).isNull();
        assertThat(matches("hit")).isEqualTo(1);
        assertThat(matches("miss")).isEqualTo(3);
        assertThat(registry.get("echelon.cache.used").gauge().value()).isEqualTo(4_096);
    }

    private double matches(String outcome) {
        return registry.get("echelon.cache.matches")
                .tag("outcome", outcome)
                .functionCounter()
                .count();
    }

    @Test
    void anEntryIsGoneAtItsTimeWhateverNumberSaysWhen() {
        call("put", "-", PAGE, new byte[] {1}, 0);
        assertThat(call("match", "-", PAGE)).isNull();
        for (double forever : new double[] {-1, 1e300, Double.POSITIVE_INFINITY}) {
            call("put", "-", PAGE, new byte[] {1}, forever);
            assertThat(call("match", "-", PAGE)).isNotNull();
        }
        call("put", "-", PAGE, new byte[] {1}, Double.NaN);
        assertThat(call("match", "-", PAGE)).isNull();
    }

    @Test
    void whatManyReadTakesNoMoreMemoryThanThereIs() {
        call("put", "-", PAGE, new byte[MEMORY / 4], -1.0);
        List<CompletableFuture<@Nullable Object>> answers = new ArrayList<>();
        List<CacheSession> sessions = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            CacheSession reader = session("acme", "shop");
            sessions.add(reader);
            answers.add(start(reader, "match", "-", PAGE));
        }
        for (int i = 0; i < 4; i++) {
            assertThat(answers.get(i).join()).isInstanceOf(HostResult.class);
        }
        assertThat(memory.usedBytes()).isEqualTo(MEMORY);
        assertThat(answers.subList(4, 10)).noneMatch(CompletableFuture::isDone);

        assertThat((byte[]) ((HostResult) answers.get(0).join()).take()).hasSize(MEMORY / 4);
        sessions.subList(1, 4).forEach(CacheSession::close); // these never take theirs
        for (int i = 4; i < 8; i++) {
            assertThat(((HostResult) answers.get(i).join()).take()).isNotNull();
        }
        sessions.forEach(CacheSession::close);
        assertThat(memory.usedBytes()).isZero();
    }

    @Test
    void operationsWaitForEachOtherAndTooManyAreRefused() {
        HostMemory none = new HostMemory(0);
        none.take(1).join();
        binding =
                new CacheBinding(
                        binding.cluster(),
                        binding.metrics(),
                        none,
                        gates,
                        binding.clock(),
                        binding.traces());
        session = session("acme", "shop");
        List<CompletableFuture<@Nullable Object>> puts = new ArrayList<>();
        for (int i = 0; i < 1_016; i++) {
            puts.add(start(session, "put", "-", PAGE + i, new byte[] {1}, -1.0));
        }
        assertThat(puts).noneMatch(CompletableFuture::isDone);
        assertThat(refusal("put", "-", PAGE, new byte[] {1}, -1.0)).contains("1,000");
        none.giveBack(1);
        puts.forEach(CompletableFuture::join);
        for (int i = 0; i < 1_016; i++) {
            assertThat(call("match", "-", PAGE + i)).isNotNull();
        }
        List<CompletableFuture<@Nullable Object>> behind = new ArrayList<>();
        none.take(1).join();
        for (int i = 0; i < 16; i++) {
            behind.add(start(session, "match", "-", PAGE + i));
        }
        for (int i = 0; i < 1_000; i++) { // which end as soon as it is their turn
            behind.add(start(session, "match", "-", "https://nowhere.example/" + i));
        }
        assertThat(behind).noneMatch(CompletableFuture::isDone);
        none.giveBack(1);
        ((HostResult) behind.getFirst().join()).take();
        behind.subList(16, 1_016).forEach(miss -> assertThat(miss.join()).isNull());
        session.close();
        until(() -> none.usedBytes() == 0);
        assertThat(refusal("match", "-", PAGE)).contains("AbortError");
    }

    @Test
    void operationsCountAgainstTheTenantsRate() {
        TenantName tenant = new TenantName("acme");
        Map<String, Long> few = Map.of(Quota.KV_OPERATIONS_PER_SECOND.wireName(), 1L);
        gates.set(
                new TenantGates.Decided(
                        Map.of(tenant, new QuotaRecord(tenant, PlanName.DEFAULT, few)),
                        Map.of(),
                        1));
        byte[] large = new byte[KvLimits.CACHE_ENTRY_MAX_BYTES]; // counts as 129
        CompletableFuture<@Nullable Object> last = CompletableFuture.completedFuture(null);
        for (int i = 0; i < 100 && !last.isCompletedExceptionally(); i++) {
            last = start(session, "put", "-", PAGE, large, -1.0);
        }
        assertThat(refusal("match", "-", PAGE)).contains("1 operations of databases and caches");
    }
}
