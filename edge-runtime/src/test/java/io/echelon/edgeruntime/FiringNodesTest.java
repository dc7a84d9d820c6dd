package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.cron.FiringNode;
import io.echelon.tenants.NodeRecord;
import io.echelon.tenants.NodeState;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

final class FiringNodesTest {
    private static final URI SOMEWHERE = URI.create("http://127.0.0.1:1");
    private static final Instant NOW = Instant.parse("2026-11-22T02:00:00Z");

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
                        _ -> false,
                        told::addAll,
                        () -> NOW)
                .look();
        assertThat(told)
                .containsExactly(
                        new FiringNode("node-1", since),
                        new FiringNode("node-4", since.plusSeconds(9)));
    }

    @Test
    void oneThatDoesNotAnswerComesLastAndIsBackWhenItDoes() {
        Instant since = NOW.minusSeconds(3_600);
        Set<String> silent = new HashSet<>();
        List<NodeRecord> rows = new ArrayList<>();
        AtomicReference<Instant> now = new AtomicReference<>(NOW);
        AtomicReference<List<FiringNode>> told = new AtomicReference<>();
        FiringNodes nodes = new FiringNodes(() -> rows, silent::contains, told::set, now::get);
        rows.add(node("node-1", since, NodeState.READY));
        rows.add(node("node-2", since, NodeState.READY));
        FiringNode first = new FiringNode("node-1", since);

        nodes.look();
        assertThat(told.get()).containsExactly(first, new FiringNode("node-2", since));
        silent.add("node-2");
        nodes.look();
        assertThat(told.get()).containsExactly(first, FiringNode.away("node-2"));
        silent.clear();
        nodes.look();
        assertThat(told.get()).containsExactly(first, FiringNode.back("node-2", NOW));
        now.set(NOW.plusSeconds(5));
        nodes.look();
        assertThat(told.get()).containsExactly(first, FiringNode.back("node-2", NOW));
        NodeRecord second = rows.removeLast();
        nodes.look();
        assertThat(told.get()).containsExactly(first);
        now.set(NOW.plusSeconds(9));
        rows.add(second);
        nodes.look();
        assertThat(told.get())
                .containsExactly(first, FiringNode.back("node-2", NOW.plusSeconds(9)));
        rows.set(1, node("node-2", NOW.plusSeconds(11), NodeState.READY));
        nodes.look();
        assertThat(told.get())
                .containsExactly(first, new FiringNode("node-2", NOW.plusSeconds(11)));
    }

    private static NodeRecord node(String id, Instant since, NodeState state) {
        return new NodeRecord(id, SOMEWHERE, SOMEWHERE, SOMEWHERE, since, "1").in(state);
    }
}
