package io.echelon.edgeruntime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class RendezvousTest {
    private static final List<String> NODES = List.of("node-1", "node-2", "node-3");

    private static String choose(String key, List<String> nodes) {
        return Rendezvous.choose(key, nodes, Function.identity()).orElseThrow();
    }

    @Test
    void choosesTheSameWhateverTheOrderAndMovesOnlyTheKeysOfANodeThatIsGone() {
        for (int i = 0; i < 1_000; i++) {
            String key = "default/app-%d/v1".formatted(i);
            String chosen = choose(key, NODES);
            assertThat(choose(key, NODES.reversed())).isEqualTo(chosen);
            List<String> others = NODES.stream().filter(node -> !node.equals("node-2")).toList();
            if (!chosen.equals("node-2")) {
                assertThat(choose(key, others)).isEqualTo(chosen);
            }
        }
        assertThat(Rendezvous.choose("key", List.<String>of(), Function.identity())).isEmpty();
    }

    @Test
    void spreadsKeysOverTheNodes() {
        Map<String, Integer> counts = new HashMap<>();
        IntStream.range(0, 3_000)
                .forEach(
                        i ->
                                counts.merge(
                                        choose("t/app-%d/v2".formatted(i), NODES),
                                        1,
                                        Integer::sum));
        assertThat(counts.values()).hasSize(3).allMatch(count -> count > 900 && count < 1_100);
    }
}
