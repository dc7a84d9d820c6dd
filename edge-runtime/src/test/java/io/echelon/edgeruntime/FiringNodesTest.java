package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.cron.FiringNode;
import io.echelon.tenants.NodeRecord;
import io.echelon.tenants.NodeState;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

final class FiringNodesTest {
    private static final URI SOMEWHERE = URI.create("http://127.0.0.1:1");

    @Test
    void thoseThatAreAliveAndNotDrainedFireCrons() {
        Instant since = Instant.parse("2026-11-22T01:00:00Z");
        List<FiringNode> told = new ArrayList<>();
        new FiringNodes(
                        () ->
                                List.of(
                                        node("node-1", since, NodeState.READY),
                                        node("node-2", since, NodeState.DRAINING),
                                        node("node-3", since, NodeState.DRAINED),
                                        node("node-4", since.plusSeconds(9), NodeState.READY)),
                        told::addAll)
                .look();
        assertThat(told)
                .containsExactly(
                        new FiringNode("node-1", since),
                        new FiringNode("node-4", since.plusSeconds(9)));
    }

    private static NodeRecord node(String id, Instant since, NodeState state) {
        return new NodeRecord(id, SOMEWHERE, SOMEWHERE, SOMEWHERE, since, "1").in(state);
    }
}
