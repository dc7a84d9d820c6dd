package io.echelon.kvstore.rocksdb;

import static io.echelon.kvstore.Await.committed;
import static io.echelon.kvstore.Await.result;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.kvstore.AtomicWrite;
import io.echelon.kvstore.CommitResult;
import io.echelon.kvstore.DatabaseSize;
import io.echelon.kvstore.KvKey;
import io.echelon.kvstore.KvValue;
import io.echelon.kvstore.Order;
import io.echelon.kvstore.Versionstamp;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

/** What is counted of databases, beside what a look at all their rows and messages finds. */
class SizesTest {
    private static final int BATCHES = 400;
    private static final List<String> NAMES = List.of("t.acme.shop", "t.acme.log", "t.b.shop", "x");
    private static final byte[] COUNTED = "sizes-counted".getBytes(StandardCharsets.US_ASCII);

    @TempDir Path folder;

    private final RandomBatches batches = new RandomBatches(NAMES, 41);

    private Engine open(Durability durability) {
        return Engine.open(
                folder.resolve("store"), 1 << 20, durability, new UUID(0, 1), Standing.HERE);
    }

    private static Group write(Engine engine, Batch batch) throws RocksDBException {
        Group group = Group.of(engine, batch);
        try (WriteBatch changes = new WriteBatch()) {
            group.fill(changes);
            engine.write(changes);
        }
        var _ = group.written();
        return group;
    }

    /** Looks at everything. */
    private static List<DatabaseSize> scanned(Engine engine) {
        Map<String, long[]> found = new TreeMap<>();
        engine.snapshot(
                snapshot -> {
                    for (Family family : List.of(Family.ROWS, Family.QUEUE)) {
                        snapshot.scan(
                                family,
                                new byte[0],
                                RowKey.AFTER_ALL,
                                Order.FORWARD,
                                (key, value) -> {
                                    long[] sums =
                                            found.computeIfAbsent(
                                                    RowKey.database(key), _ -> new long[3]);
                                    sums[0] += key.length + value.length;
                                    sums[family == Family.ROWS ? 1 : 2]++;
                                    return true;
                                });
                    }
                    return found;
                });
        List<DatabaseSize> sizes = new ArrayList<>();
        found.forEach((name, sums) -> sizes.add(new DatabaseSize(name, sums[0], sums[1], sums[2])));
        return sizes;
    }

    private static void assertExact(Engine engine) {
        List<DatabaseSize> scanned = scanned(engine);
        assertThat(engine.sizes().all()).isEqualTo(scanned);
        for (String tenant : List.of("t.acme.", "t.b.", "")) {
            assertThat(engine.sizes().bytesBelow(tenant))
                    .isEqualTo(
                            scanned.stream()
                                    .filter(
                                            size ->
                                                    tenant.isEmpty()
                                                            ? size.name().equals("x")
                                                            : size.name().startsWith(tenant))
                                    .mapToLong(DatabaseSize::bytes)
                                    .sum());
        }
    }

    @ParameterizedTest
    @EnumSource(Durability.class)
    void sizesAreWhatALookAtEverythingFindsWhateverHappens(Durability durability) throws Exception {
        Engine engine = open(durability);
        try {
            for (int i = 0; i < BATCHES; i++) {
                Batch batch = batches.next();
                batches.decided(batch, write(engine, batch).decisions());
                assertExact(engine);
                switch (batches.random().nextInt(40)) {
                    case 0 -> engine.reopen();
                    case 1 -> {
                        Path checkpoint = folder.resolve("checkpoint-" + i);
                        engine.checkpoint(checkpoint);
                        engine.replaceWith(checkpoint);
                    }
                    case 2 -> {
                        if (durability == Durability.LOG_ELSEWHERE) {
                            engine.flush(); // what its log would bring back
                        }
                        engine.close();
                        engine = open(durability);
                    }
                    default -> {}
                }
                assertExact(engine);
            }
            assertThat(engine.sizes().all()).hasSize(NAMES.size());
        } finally {
            engine.close();
        }
    }

    private void fill(Engine engine) throws RocksDBException {
        for (int i = 0; i < 50; i++) {
            write(engine, batches.next(new Command.Commit(NAMES.get(i % 4), batches.commit())));
        }
    }

    @Test
    void theGrowthOfACommitIsToldBeforeItIsMade() throws Exception {
        try (Engine engine = open(Durability.OWN_LOG)) {
            for (int i = 0; i < BATCHES; i++) {
                String database = NAMES.get(batches.random().nextInt(2));
                AtomicWrite write = batches.commit();
                long before = engine.sizes().bytesBelow("t.acme.");
                long growth = Growth.now(engine, database, write);
                Group made = write(engine, batches.next(new Command.Commit(database, write)));
                if (made.decisions()
                        .getFirst()
                        .equals(new Decision.Made(new CommitResult.Conflict(List.of(0))))) {
                    continue;
                }
                assertThat(engine.sizes().bytesBelow("t.acme.") - before).isEqualTo(growth);
                assertThat(Growth.atMost(database, write)).isGreaterThanOrEqualTo(growth);
            }
            AtomicWrite deletes =
                    AtomicWrite.builder().delete(batches.key()).delete(batches.key()).build();
            assertThat(Growth.atMost("t.acme.shop", deletes)).isZero();
        }
    }

    @Test
    void aStoreThatDoesNotCountIsCountedWhenItIsOpened() throws Exception {
        List<DatabaseSize> sizes;
        try (Engine engine = open(Durability.OWN_LOG)) {
            fill(engine);
            sizes = engine.sizes().all();
            try (WriteBatch older = new WriteBatch()) {
                for (DatabaseSize size : sizes) {
                    engine.delete(older, Family.META, kept(size.name()));
                }
                engine.delete(older, Family.META, COUNTED);
                engine.write(older);
            }
        }
        try (Engine engine = open(Durability.OWN_LOG)) {
            assertThat(engine.sizes().all()).isEqualTo(sizes);
            assertExact(engine);
        }
    }

    @Test
    void whatAProgramThatDoesNotCountHasWrittenSinceIsCountedWhenItIsOpened() throws Exception {
        try (Engine engine = open(Durability.OWN_LOG)) {
            fill(engine);
            try (WriteBatch older = new WriteBatch()) {
                Row row =
                        new Row(
                                new Versionstamp(batches.number() + 1, 0),
                                Row.NO_EXPIRY,
                                KvValue.u64(1));
                byte[] key = RowKey.of(RowKey.prefix("t.new.db"), KvKey.of("key")).bytes();
                engine.put(older, Family.ROWS, key, row.encoded());
                engine.put(older, Family.META, kept("t.gone.db"), new Size(1, 1, 1).encoded());
                engine.putLastGroup(older, batches.number() + 1);
                engine.write(older);
            }
        }
        try (Engine engine = open(Durability.OWN_LOG)) {
            assertExact(engine);
            assertThat(engine.sizes().all())
                    .extracting(DatabaseSize::name)
                    .contains("t.new.db")
                    .doesNotContain("t.gone.db");
        }
    }

    @Test
    void aStoreThatWasCountedIsNotCountedAgain() throws Exception {
        try (Engine engine = open(Durability.OWN_LOG)) {
            fill(engine);
            tell(engine, "t.b.shop", new Size(1, 2, 3));
        }
        try (Engine engine = open(Durability.OWN_LOG)) {
            assertThat(engine.sizes().below("t.b."))
                    .containsExactly(new DatabaseSize("t.b.shop", 1, 2, 3));
        }
    }

    private static byte[] kept(String database) {
        return ("size/" + database).getBytes(StandardCharsets.US_ASCII);
    }

    private static void tell(Engine engine, String database, Size size) throws RocksDBException {
        try (WriteBatch batch = new WriteBatch()) {
            engine.put(batch, Family.META, kept(database), size.encoded());
            engine.write(batch);
        }
    }

    @Test
    void aDigestFindsSizesThatAreNotThoseOfWhatIsThere() throws Exception {
        try (RocksKvStore store = RocksKvStore.open(RocksOptions.of(folder.resolve("store")))) {
            committed(store.database("t.b.shop").set(KvKey.of("key"), KvValue.u64(1)));
            var _ = result(store.digest(result(store.mark())));
        }
        try (Engine engine = open(Durability.OWN_LOG)) {
            tell(engine, "t.b.shop", new Size(5_000, 1, 0));
        }
        try (RocksKvStore store = RocksKvStore.open(RocksOptions.of(folder.resolve("store")))) {
            assertThatThrownBy(() -> result(store.digest(result(store.mark()))))
                    .hasMessageContaining(
                            "\"t.b.shop\" and has counted 5,000 bytes, 1 entries and 0 messages");
        }
    }

    @Test
    void aDatabaseWhoseRowsAndMessagesAreAllGoneHasNoSize() {
        try (RocksKvStore store = RocksKvStore.open(RocksOptions.of(folder.resolve("store")))) {
            committed(store.database("t.b.shop").set(KvKey.of("key"), KvValue.u64(1)));
            assertThat(store.sizes("t.b.")).singleElement().extracting("entries").isEqualTo(1L);
            assertThat(store.bytes("t.b.")).isEqualTo(store.sizes().getFirst().bytes());
            assertThat(store.bytes("t.c.")).isZero();
            committed(
                    store.database("t.b.shop")
                            .commit(AtomicWrite.builder().delete(KvKey.of("key")).build()));
            assertThat(store.sizes()).isEmpty();
            assertThat(store.bytes("t.b.")).isZero();
        }
    }
}
