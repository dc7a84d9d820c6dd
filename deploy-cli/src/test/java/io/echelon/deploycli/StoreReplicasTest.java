package io.echelon.deploycli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StoreReplicasTest {
    @TempDir private Path data;

    private StoreReplicas prepared(int nodes) throws IOException {
        return Objects.requireNonNull(StoreReplicas.prepare(new PlatformFolder(data), nodes));
    }

    private void write(String file) throws IOException {
        Path path = data.resolve(file);
        Files.createDirectories(path.getParent());
        Files.writeString(path, "rows");
    }

    @Test
    void thereAreNoneWithOneOrTwoNodes() throws IOException {
        assertThat(StoreReplicas.prepare(new PlatformFolder(data), 1)).isNull();
        assertThat(StoreReplicas.prepare(new PlatformFolder(data), 2)).isNull();
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
        assertThat(refused(3)).contains(data.resolve("nodes/node-2/kv").toString());
    }

    private String refused(int nodes) {
        CliException refusal =
                catchThrowableOfType(
                        CliException.class,
                        () -> StoreReplicas.prepare(new PlatformFolder(data), nodes));
        assertThat(refusal.exitCode()).isEqualTo(ExitCode.FAILED);
        return String.valueOf(refusal.getMessage());
    }
}
