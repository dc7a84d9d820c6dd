package io.echelon.deploycli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoreReplicasTest {
    @TempDir private Path data;

    private StoreReplicas prepared(int nodes) throws IOException {
        return Objects.requireNonNull(StoreReplicas.prepare(new PlatformFolder(data), nodes, null));
    }

    private void write(String file) throws IOException {
        Path path = data.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, "rows");
    }

    @Test
    void remembersHowManyShardsTheStoreHasAndRefusesFewer() throws IOException {
        PlatformFolder folder = new PlatformFolder(data);
        assertThat(prepared(3).shardCount()).isEqualTo(1);
        assertThat(Objects.requireNonNull(StoreReplicas.prepare(folder, 3, 2)).shardCount())
                .isEqualTo(2);
        assertThat(prepared(3).shardCount()).isEqualTo(2);
        assertThatThrownBy(() -> StoreReplicas.prepare(folder, 3, 1))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("has 2 shards, and --shards is 1");
        assertThat(prepared(3).shardCount()).isEqualTo(2);
    }

    @Test
    void thereAreNoneWithOneOrTwoNodes() throws IOException {
        assertThat(StoreReplicas.prepare(new PlatformFolder(data), 1, null)).isNull();
        assertThat(StoreReplicas.prepare(new PlatformFolder(data), 2, null)).isNull();
        assertThat(data).isEmptyDirectory();
    }

    @Test
    void theFirstThreeNodesHaveOneEachAndGoOnWithIt() throws IOException {
        StoreReplicas first = prepared(5);
        assertThat(first.nodes()).isEqualTo(List.of("node-1", "node-2", "node-3"));
        assertThat(first.begin()).isEqualTo(StoreReplicas.Begin.EMPTY);
        assertThat(prepared(3)).isEqualTo(first);
    }

    @Test
    void whatASingleNodeHasWrittenIsGivenToEach() throws IOException {
        write("nodes/node-1/kv/CURRENT");
        write("nodes/node-1/kv/native/library");
        write("nodes/node-2/kv.making/half");
        StoreReplicas replicas = prepared(3);
        assertThat(replicas.begin()).isEqualTo(StoreReplicas.Begin.COPIES);
        for (String node : replicas.nodes()) {
            assertThat(data.resolve("nodes/" + node + "/kv/CURRENT")).hasContent("rows");
            assertThat(data.resolve("nodes/" + node + "/kv/native/library")).exists();
        }
        assertThat(data.resolve("nodes/node-2/kv.making")).doesNotExist();
    }

    @Test
    void fewerNodesThanReplicasAreRefusedBeforeAnythingStarts() throws IOException {
        prepared(3);
        assertThat(refused(1)).contains("node-1, node-2, node-3").contains("--nodes 3");
    }

    @Test
    void aReplicaThatHasLostItsFilesDoesNotBeginAnew() throws IOException {
        StoreReplicas replicas = prepared(3);
        write("nodes/node-1/kv/state/CURRENT");
        write("nodes/node-3/kv/state/CURRENT");
        assertThat(prepared(3)).as("before all were open").isEqualTo(replicas);
        replicas.opened(new PlatformFolder(data));
        assertThat(refused(3))
                .contains(data.resolve("nodes/node-2/kv").toString())
                .contains("edge store replace node-2");
    }

    @Test
    void aReplicaThatIsGivenUpIsReplacedUnderANameThatNoneEverHad() throws IOException {
        opened();
        WorkFolder.delete(data.resolve("nodes/node-2/kv"));
        PlatformFolder folder = new PlatformFolder(data);
        StoreReplicas given = StoreReplicas.giveUp(folder, "node-2");
        StoreReplicas.Seat seat = given.seat("node-2");
        assertThat(seat.replica()).isEqualTo("node-2-r2");
        assertThat(seat.replaces()).isEqualTo("node-2");
        assertThat(given.seat("node-1").replica()).isEqualTo("node-1");
        assertThat(StoreReplicas.giveUp(folder, "node-2")).as("given up again").isEqualTo(given);
        assertThat(prepared(3)).isEqualTo(given);
        assertThat(
                        new StoreAccess.Replica(
                                        given,
                                        Map.of(
                                                "node-1", "h:1", "node-2", "h:2", "node-3", "h:3",
                                                "node-4", "h:4"),
                                        List.of("node-4"),
                                        new StoreAccess.Elsewhere(List.of()))
                                .members())
                .isEqualTo("node-1=h:1,node-2/node-2-r2=h:2,node-3=h:3,node-4=h:4");
        write("nodes/node-2/kv.node-2-r2/state/CURRENT");
        given.opened(folder);
        assertThat(prepared(3).seat("node-2")).isEqualTo(new StoreReplicas.Seat("node-2", 2, null));
        WorkFolder.delete(data.resolve("nodes/node-2/kv.node-2-r2"));
        assertThat(refused(3)).contains("kv.node-2-r2");
        assertThat(StoreReplicas.giveUp(folder, "node-2").seat("node-2").replica())
                .isEqualTo("node-2-r3");
    }

    @Test
    void noReplicaIsGivenUpWhileAnotherIsLost() throws IOException {
        opened();
        WorkFolder.delete(data.resolve("nodes/node-1/kv"));
        assertThatThrownBy(() -> StoreReplicas.giveUp(new PlatformFolder(data), "node-2"))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("node-1 is lost too");
    }

    @Test
    void whatHasNoReplicasHasNoneToReplace() {
        assertThatThrownBy(() -> StoreReplicas.giveUp(new PlatformFolder(data), "node-1"))
                .isInstanceOf(CliException.class)
                .hasMessageContaining("edge up --restore");
    }

    private void opened() throws IOException {
        StoreReplicas replicas = prepared(3);
        for (String node : replicas.nodes()) {
            write("nodes/" + node + "/kv/state/CURRENT");
        }
        replicas.opened(new PlatformFolder(data));
    }

    private String refused(int nodes) {
        CliException refusal =
                catchThrowableOfType(
                        CliException.class,
                        () -> StoreReplicas.prepare(new PlatformFolder(data), nodes, null));
        assertThat(refusal.exitCode()).isEqualTo(ExitCode.FAILED);
        return String.valueOf(refusal.getMessage());
    }
}
