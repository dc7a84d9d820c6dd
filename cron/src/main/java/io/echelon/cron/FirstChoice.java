package io.echelon.cron;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.CRC32C;

/**
 * Which node takes a cron's fires first. Every node may take any fire; so that not all of them
 * commit for each, they have an order of their own for every cron, and the second in it looks a
 * moment after the first, when it finds the fire taken. Nodes that see the order differently for a
 * while commit in vain, or a moment late; no fire is lost or doubled by it.
 *
 * <p>The order is that of a hash of node and cron (rendezvous hashing, Thaler and Ravishankar,
 * "Using name-based mappings to increase hit rates", 1998), so that crons spread over the nodes,
 * and few change their first choice when a node is added. A node that has just begun runs in the
 * interpreter and is slow: it comes after the others, and its crons become its own one by one over
 * {@link #SETTLING}.
 */
final class FirstChoice {
    /** How long after one node the next in the order looks; a claim is over in less, mostly. */
    static final Duration MOMENT = Duration.ofMillis(100);

    /** How long it takes until a new node has all its crons. */
    static final Duration SETTLING = Duration.ofMinutes(2);

    /** A node's place in the order for one cron. */
    private record Place(boolean isNew, long weight) {
        boolean isBefore(Place other) {
            return isNew == other.isNew ? weight > other.weight : other.isNew;
        }
    }

    private final FiringNode node;
    private final List<FiringNode> others;

    /**
     * @param id of this node
     * @param nodes all that take fires, as far as they are known; when this one is not among them
     *     it is the newest
     */
    FirstChoice(String id, List<FiringNode> nodes) {
        this.node =
                nodes.stream()
                        .filter(known -> known.id().equals(id))
                        .findFirst()
                        .orElseGet(() -> new FiringNode(id, Instant.MAX));
        this.others = nodes.stream().filter(other -> !other.id().equals(id)).distinct().toList();
    }

    /**
     * How long after a fire is due this node takes it. Who is new is a matter of when the fire is
     * due, and not of when a node asks, so that all nodes have the same order for it.
     */
    Duration after(CronId cron, Instant due) {
        Place own = place(node, cron, due);
        long before =
                others.stream().filter(other -> place(other, cron, due).isBefore(own)).count();
        return MOMENT.multipliedBy(before);
    }

    /** Whether the nodes are those. */
    boolean isAmong(FirstChoice that) {
        return node.equals(that.node) && others.equals(that.others);
    }

    /**
     * The check sums of one cron with two nodes differ by the same bits whatever the cron is, so
     * that they alone would give some nodes more first choices than others: a generator that starts
     * from them mixes them.
     */
    private static Place place(FiringNode node, CronId cron, Instant due) {
        CRC32C hash = new CRC32C();
        hash.update((cron + "\n" + node.id()).getBytes(StandardCharsets.UTF_8));
        SplittableRandom mixed = new SplittableRandom(hash.getValue());
        long weight = mixed.nextLong();
        Duration settled = Duration.ofMillis(mixed.nextLong(SETTLING.toMillis()));
        return new Place(due.minus(settled).isBefore(node.since()), weight);
    }
}
