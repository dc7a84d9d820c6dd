package io.echelon.cron;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/**
 * Which node takes a cron's fires first. Every node may take any fire; so that not all of them
 * commit for each, they have an order of their own for every cron, and the second in it looks a
 * moment after the first, when it finds the fire taken. A node that is away makes its fires late by
 * that moment, and nobody needs to know that it is.
 *
 * <p>The order is that of a hash of node and cron (rendezvous hashing, Thaler and Ravishankar,
 * "Using name-based mappings to increase hit rates", 1998), so that crons spread over the nodes,
 * and few change their first choice when a node is added.
 */
final class FirstChoice {
    /** How long after one node the next in the order looks; a claim is over in less, mostly. */
    static final Duration MOMENT = Duration.ofMillis(150);

    private final String node;
    private final List<String> others;

    /**
     * @param node this node
     * @param nodes all that take fires, as far as they are known; this one may be among them
     */
    FirstChoice(String node, List<String> nodes) {
        this.node = node;
        this.others = nodes.stream().filter(other -> !other.equals(node)).distinct().toList();
    }

    /** How long after a fire is due this node takes it. */
    Duration after(CronId cron) {
        long own = weight(node, cron);
        long before = others.stream().filter(other -> weight(other, cron) > own).count();
        return MOMENT.multipliedBy(before);
    }

    /**
     * A number for a pair. The check sums of one cron with two nodes differ by the same bits
     * whatever the cron is, so that they alone would give some nodes more first choices than
     * others: a generator that starts from them mixes them.
     */
    private static long weight(String node, CronId cron) {
        CRC32C hash = new CRC32C();
        hash.update((cron + "\n" + node).getBytes(StandardCharsets.UTF_8));
        return new SplittableRandom(hash.getValue()).nextLong();
    }
}
