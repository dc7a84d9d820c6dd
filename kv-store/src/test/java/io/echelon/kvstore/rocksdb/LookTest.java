package io.echelon.kvstore.rocksdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.echelon.kvstore.Versionstamp;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.rocksdb.RocksDBException;
import org.rocksdb.WriteBatch;

class LookTest {
    private static final Versionstamp MOVE = new Versionstamp(1, 0);
    private static final Versionstamp BACK = new Versionstamp(2, 0);

    @TempDir private Path folder;

    private Engine engine;
    private long number;

    @BeforeEach
    void open() {
        engine = Engine.open(folder, 1 << 20, Durability.OWN_LOG, new UUID(0, 1), Standing.HERE);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private void take(Command.Step step) {
        Group group = Group.of(engine, new Batch(++number, 1_000, List.of(step)));
        assertThat(group.decisions()).hasOnlyElementsOfType(Decision.Stands.class);
        try (WriteBatch changes = new WriteBatch()) {
            group.fill(changes);
            engine.write(changes);
        } catch (RocksDBException e) {
            throw new IllegalStateException(e);
        }
        var _ = group.written();
    }

    private void goes(String database) {
        take(new Command.Depart(database, MOVE));
        take(new Command.Leave(database, MOVE));
    }

    @Test
    void aDatabaseThatStaysCanBeReadWhileOthersGo() {
        goes("first");
        Look look = Look.at(engine, "stays");
        goes("other");
        take(new Command.Clear("other", MOVE));
        assertThat(look.found("it")).isEqualTo("it");
    }

    @Test
    void whatWasSeenOfADatabaseThatHasGoneDoesNotCount() {
        Look look = Look.at(engine, "goes");
        goes("goes");
        assertThatThrownBy(() -> look.found("it")).isInstanceOf(AwayException.class);
        assertThatThrownBy(() -> Look.at(engine, "goes")).isInstanceOf(AwayException.class);
    }

    @Test
    void whatWasSeenOfADatabaseThatHasGoneAndComeBackDoesNotCount() {
        Look look = Look.at(engine, "goes");
        goes("goes");
        take(new Command.Clear("goes", MOVE));
        take(new Command.Arrive("goes", BACK));
        take(new Command.Begin("goes", BACK, number));
        assertThatThrownBy(() -> look.found("it")).isInstanceOf(AwayException.class);
        assertThat(Look.at(engine, "goes").found("it")).isEqualTo("it");
    }

    @Test
    void aDatabaseThatStaysCanBeReadWhileTheStoreIsOpenedAnew() {
        goes("first");
        Look look = Look.at(engine, "stays");
        engine.reopen();
        assertThat(look.found("it")).isEqualTo("it");
    }
}
