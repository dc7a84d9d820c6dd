package io.echelon.kvstore.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.Expiry;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.RangeRead;
import io.echelon.kvstore.Versionstamp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database is copied from one state to another while it is changed. */
class MovedRowsTest {
    private static final String NAME = "t.acme.shop";
    private static final Versionstamp MOVE = new Versionstamp(1, 0);
    private static final KvKey KEY = KvKey.of("key");
    private static final int ROUNDS = 40;

    @TempDir private Path folder;

    private final RandomBatches batches = new RandomBatches(List.of(NAME, "t.b.shop"), 43);
    private RocksState here;
    private RocksState there;
    private long numberThere;

    @BeforeEach
    void open() {
        here = open("here", Standing.HERE);
        there = open("there", Standing.ELSEWHERE);
    }

    private RocksState open(String name, Standing unlisted) {
        return RocksState.open(
                RocksOptions.of(folder.resolve(name)), new UUID(0, 1), unlisted, Runnable::run);
    }

    @AfterEach
    void close() {
        here.close();
        there.close();
    }

    private static List<Decision> apply(RocksState state, Batch batch) {
        return state.apply(batch, _ -> new RocksState.Notes(Map.of(), List.of()));
    }

    private void change(int times) {
        for (int i = 0; i < times; i++) {
            Batch batch = batches.next();
            batches.decided(batch, apply(here, batch));
        }
    }

    private void there(long timeMs, Command... commands) {
        assertThat(apply(there, new Batch(++numberThere, timeMs, List.of(commands))))
                .noneMatch(Decision.Refused.class::isInstance);
    }

    private MovedRows further(@Nullable MovedRows before) throws IOException {
        MovedRows rows = here.moved(NAME, here.touched(NAME), before);
        if (before != null) {
            before.close();
        }
        rows.handTo((messages, part) -> there(0, new Command.Receive(NAME, MOVE, messages, part)));
        return rows;
    }

    /** All entries and messages, as the files have them. */
    private static List<byte[]> all(RocksState state) throws IOException {
        List<byte[]> all = new ArrayList<>();
        for (boolean wanted : new boolean[] {false, true}) {
            ByteArrayOutputStream rows = new ByteArrayOutputStream();
            try (MovedRows whole = state.moved(NAME, state.touched(NAME), null)) {
                whole.handTo(
                        (messages, part) -> {
                            if (messages == wanted) {
                                rows.writeBytes(part);
                            }
                        });
            }
            all.add(rows.toByteArray());
        }
        return all;
    }

    @Test
    void whatChangesWhileItIsCopiedIsCopiedInTheEnd() throws IOException {
        change(ROUNDS);
        there(0, new Command.Arrive(NAME, MOVE));
        MovedRows copied = further(null);
        for (int i = 0; i < ROUNDS; i++) {
            change(5);
            copied = further(copied);
            assertThat(copied.isWhole()).isFalse();
            assertThat(all(there)).containsExactlyElementsOf(all(here));
            assertThat(there.sizes(NAME)).isEqualTo(here.sizes(NAME));
        }
        copied.close();
    }

    @Test
    void whatWasNotTouchedIsNotCopiedAgain() throws IOException {
        change(ROUNDS);
        there(0, new Command.Arrive(NAME, MOVE));
        MovedRows copied = further(null);
        assertThat(copied.isWhole()).isTrue();
        set(KEY, 10, null);
        assertThat(copied.touched()).isEqualTo(1);
        copied = further(copied);
        assertThat(copied.touched()).isZero();
        copied.close();
        set(KEY, 10, null);
        assertThat(copied.touched()).isZero();
    }

    private void set(KvKey key, int bytes, @Nullable Duration expireIn) {
        AtomicWrite.Builder write = AtomicWrite.builder();
        KvValue value = KvValue.bytes(new byte[bytes]);
        if (expireIn == null) {
            write.set(key, value);
        } else {
            write.set(key, value, Expiry.in(expireIn));
        }
        apply(here, batches.next(new Command.Commit(NAME, write.build())));
    }

    @Test
    void moreThanCanBeNotedIsCopiedFromTheBeginning() throws IOException {
        change(ROUNDS);
        there(0, new Command.Arrive(NAME, MOVE));
        MovedRows copied = further(null);
        for (int i = 0; i < 9_000; i++) {
            set(KvKey.of("x".repeat(1_900), i), 1, null);
        }
        assertThat(copied.touched()).isEqualTo(Integer.MAX_VALUE);
        there(0, new Command.Arrive(NAME, MOVE));
        copied = further(copied);
        assertThat(copied.isWhole()).isTrue();
        assertThat(all(there)).containsExactlyElementsOf(all(here));
        copied.close();
    }

    @Test
    void anEntryThatHasExpiredWhereItIsCopiedToMayBeCopiedAgain() throws IOException {
        set(KEY, 10, Duration.ofSeconds(1));
        there(0, new Command.Arrive(NAME, MOVE));
        MovedRows copied = further(null);
        set(KEY, 20, null);
        List<byte[]> rows = new ArrayList<>();
        try (MovedRows last = here.moved(NAME, here.touched(NAME), copied)) {
            last.handTo((_, part) -> rows.add(part));
        }
        copied.close();
        there(
                Long.MAX_VALUE / 2,
                new Command.Sweep(10),
                new Command.Receive(NAME, MOVE, false, rows.getFirst()));
        there(Long.MAX_VALUE / 2, new Command.Begin(NAME, MOVE, batches.number()));
        there(Long.MAX_VALUE / 2, new Command.Sweep(10));
        assertThat(there.read(NAME, List.of(RangeRead.of(KEY))).getFirst()).hasSize(1);
        assertThat(there.sizes(NAME)).isEqualTo(here.sizes(NAME));
    }
}
