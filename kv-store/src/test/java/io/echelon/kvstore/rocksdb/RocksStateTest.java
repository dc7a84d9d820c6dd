package io.echelon.kvstore.rocksdb;

import static io.echelon.kvstore.Await.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.RangeRead;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksStateTest {
    private static final KvKey KEY = KvKey.of("key");

    @TempDir private Path folder;

    private RocksState open(String name) {
        return RocksState.open(
                RocksOptions.of(folder.resolve(name)), new UUID(0, 1), Runnable::run);
    }

    private static void set(RocksState state, long batch, long value) {
        state.apply(
                new Batch(
                        batch,
                        1_000,
                        List.of(
                                new Command.Commit(
                                        "test",
                                        AtomicWrite.builder()
                                                .set(KEY, KvValue.u64(value))
                                                .build()))),
                _ -> new RocksState.Notes(Map.of(), List.of()));
    }

    private static KvValue near(RocksState state) {
        return result(state.readNear("test", List.of(RangeRead.of(KEY)), Runnable::run))
                .getFirst()
                .getFirst()
                .value();
    }

    @Test
    void whatIsKnownFromMemoryIsForgottenWithTheStateThatItWasReadFrom() {
        try (RocksState state = open("state");
                RocksState other = open("other")) {
            set(state, 1, 1);
            assertThat(near(state)).isEqualTo(KvValue.u64(1));
            set(state, 2, 2);
            assertThat(near(state)).isEqualTo(KvValue.u64(2));
            set(other, 1, 3);
            other.checkpoint(folder.resolve("checkpoint"));
            state.replaceWith(folder.resolve("checkpoint"));
            assertThat(near(state)).isEqualTo(KvValue.u64(3));
        }
    }
}
