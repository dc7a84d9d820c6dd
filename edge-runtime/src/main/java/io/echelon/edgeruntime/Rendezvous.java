package io.echelon.edgeruntime;

import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.zip.CRC32C;

/**
 * Which of several nodes is chosen for a key: the one with the greatest hash of node and key
 * (rendezvous hashing, Thaler and Ravishankar, "Using name-based mappings to increase hit rates",
 * 1998). All who know the same nodes choose the same one, keys spread over the nodes, and when a
 * node comes or goes only its own keys move.
 */
final class Rendezvous {
    private Rendezvous() {}

    /** The choice; empty among none. */
    static <T> Optional<T> choose(String key, List<T> nodes, Function<T, String> name) {
        return nodes.stream()
                .max(
                        Comparator.comparingLong((T node) -> weight(key, name.apply(node)))
                                .thenComparing(name));
    }

    /**
     * Check sums of one key with two nodes differ by the same bits whatever the key is, so that
     * they alone would prefer some nodes: a generator that starts from them mixes them.
     */
    private static long weight(String key, String node) {
        CRC32C hash = new CRC32C();
        hash.update((key + "\n" + node).getBytes(StandardCharsets.UTF_8));
        return new SplittableRandom(hash.getValue()).nextLong();
    }
}
