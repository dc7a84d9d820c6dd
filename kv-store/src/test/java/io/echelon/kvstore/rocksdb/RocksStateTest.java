package io.echelon.kvstore.rocksdb;

import static io.echelon.kvstore.Await.result;
import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.FolderCopy;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.RangeRead;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RocksStateTest {
    private static final KvKey KEY = KvKey.of("key");
    private static final long BATCHES = 200;

    @TempDir private Path folder;

    private RocksState open(String name) {
        return RocksState.open(
                RocksOptions.of(folder.resolve(name)),
                new UUID(0, 1),
                Standing.HERE,
                Runnable::run);
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

    @Test
    void hasAllThatWasAppliedWhenItsProcessEnds() throws IOException {
        try (RocksState state = open("state")) {
            setEach(state, BATCHES);
            FolderCopy.of(folder.resolve("state"), folder.resolve("killed"));
        }
        try (RocksState state = open("killed")) {
            assertThat(state.lastBatch()).isEqualTo(BATCHES);
            assertThat(near(state)).isEqualTo(KvValue.u64(BATCHES));
        }
    }

    @Test
    void isAsAfterOneOfItsBatchesWhenTheMachineLosesPartsOfItsLog() throws IOException {
        try (RocksState state = open("state")) {
            setEach(state, BATCHES);
            for (int lost = 1; lost < 10; lost++) {
                FolderCopy.of(folder.resolve("state"), folder.resolve("lost" + lost))
                        .zero(".log", lost / 10.0, 300);
            }
        }
        for (int lost = 1; lost < 10; lost++) {
            try (RocksState state = open("lost" + lost)) {
                assertThat(state.lastBatch()).isBetween(1L, BATCHES - 1);
                assertThat(near(state)).isEqualTo(KvValue.u64(state.lastBatch()));
            }
        }
    }

    private static void setEach(RocksState state, long batches) {
        for (long batch = 1; batch <= batches; batch++) {
            set(state, batch, batch);
        }
    }
}
