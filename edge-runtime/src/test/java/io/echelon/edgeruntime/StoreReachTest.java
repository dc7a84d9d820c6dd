package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.Consistency;
import io.echelon.kvstore.KvDatabase;
import io.echelon.kvstore.KvEntry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvStore;
import io.echelon.kvstore.KvSubscription;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.KvWatcher;
import io.echelon.kvstore.RangeRead;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.ErrorCode;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import org.junit.jupiter.api.Test;

final class StoreReachTest {
    private static final KvKey KEY = KvKey.of("a");

    private final AtomicLong nanos = new AtomicLong();
    private final Answering database = new Answering();
    private final StoreReach reach = new StoreReach(database, Duration.ofMillis(1), nanos::get);

    /** A database that answers as it is told to. */
    private static final class Answering implements KvDatabase, KvStore {
        private Supplier<CompletableFuture<List<List<KvEntry>>>> answer = Answering::well;
        private int asked;

        static CompletableFuture<List<List<KvEntry>>> well() {
            return CompletableFuture.completedFuture(List.of(List.of()));
        }

        static CompletableFuture<List<List<KvEntry>>> refusing(ErrorCode code) {
            return CompletableFuture.failedFuture(new EchelonException(code, "no"));
        }

        @Override
        public String name() {
            return "system";
        }

        @Override
        public CompletableFuture<UUID> id() {
            asked++;
            return CompletableFuture.completedFuture(new UUID(0, 0));
        }

        @Override
        public CompletableFuture<List<List<KvEntry>>> read(
                List<RangeRead> ranges, Consistency consistency) {
            asked++;
            return answer.get();
        }

        @Override
        public CompletableFuture<CommitResult> commit(AtomicWrite write) {
            asked++;
            return CompletableFuture.completedFuture(new CommitResult.Conflict(List.of()));
        }

        @Override
        public KvSubscription watch(List<KvKey> keys, KvWatcher watcher) {
            throw new UnsupportedOperationException();
        }

        @Override
        public KvDatabase database(String name) {
            return this;
        }

        @Override
        public void close() {}
    }

    @Test
    void twoReadingsWithoutAnAnswerAndTheStoreIsAwayUntilOneHasOne() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        reach.register(registry);
        reach.look();
        database.answer = CompletableFuture::new;
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());
        reach.look();
        assertThat(reach.isAway()).isFalse();
        nanos.addAndGet(Duration.ofSeconds(5).toNanos());
        database.answer = () -> Answering.refusing(ErrorCode.UNAVAILABLE);
        reach.look();

        assertThat(reach.isAway()).isTrue();
        assertThat(reach.silentSeconds()).isEqualTo(10);
        assertThat(reach.refusal().code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(registry.get("echelon.store.reachable").gauge().value()).isZero();

        database.answer = Answering::well;
        reach.look();
        assertThat(reach.isAway()).isFalse();
        assertThat(registry.get("echelon.store.reachable").gauge().value()).isOne();
    }

    @Test
    void oneReadingThatHasNoAnswerIsNotEnoughHoweverOften() {
        for (int i = 0; i < 5; i++) {
            database.answer = CompletableFuture::new;
            reach.look();
            database.answer = Answering::well;
            reach.look();
            assertThat(reach.isAway()).isFalse();
        }
    }

    @Test
    void aStoreThatRefusesAnswers() {
        database.answer = () -> Answering.refusing(ErrorCode.OVERLOADED);
        reach.look();
        reach.look();
        reach.look();
        assertThat(reach.isAway()).isFalse();
    }

    @Test
    void aStoreThatIsAwayIsNotAskedByCallers() {
        KvDatabase guarded = new AnsweringStore(database, reach).database("default.shop");
        guarded.get(KEY).join();
        database.answer = CompletableFuture::new;
        reach.look();
        reach.look();
        int asked = database.asked;

        for (Supplier<CompletableFuture<?>> call :
                List.<Supplier<CompletableFuture<?>>>of(
                        () -> guarded.get(KEY),
                        () -> guarded.set(KEY, KvValue.bytes(new byte[0])),
                        guarded::id)) {
            assertThatThrownBy(() -> call.get().join())
                    .isInstanceOf(CompletionException.class)
                    .cause()
                    .isInstanceOf(EchelonException.class)
                    .hasMessageContaining("has not answered this node for");
        }
        assertThat(database.asked).isEqualTo(asked);

        database.answer = Answering::well;
        reach.look();
        assertThat(guarded.set(KEY, KvValue.bytes(new byte[0])).join())
                .isInstanceOf(CommitResult.Conflict.class);
    }
}
