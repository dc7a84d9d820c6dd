package io.echelon.edgeruntime;

import io.echelon.cron.FiringNode;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.NodeRecord;
import io.echelon.tenants.NodeState;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Tells, every second, which nodes fire crons: those that are alive and take requests. One that
 * does not answer now comes after the others, long before its row expires; once it does, or is
 * there again, it is given its crons one by one.
 *
 * <p><b>Lifecycle.</b> {@link #start} once, {@link #close} once.
 *
 * <p><b>Failure.</b> While the store cannot be reached, what was told last holds.
 */
final class FiringNodes implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(FiringNodes.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final Supplier<List<NodeRecord>> alive;
    private final Predicate<String> isSilent;
    private final Consumer<List<FiringNode>> told;
    private final InstantSource clock;
    private final Set<String> away = new HashSet<>();
    private final Map<String, FiringNode> known = new HashMap<>();
    private final Repeated repeated = new Repeated("echelon-firing-nodes", INTERVAL, this::tryLook);

    /**
     * @param alive reads the rows of nodes
     * @param isSilent whether a node, by its id, was asked something and does not answer
     */
    FiringNodes(
            Supplier<List<NodeRecord>> alive,
            Predicate<String> isSilent,
            Consumer<List<FiringNode>> told,
            InstantSource clock) {
        this.alive = alive;
        this.isSilent = isSilent;
        this.told = told;
        this.clock = clock;
    }

    /** Looks for the first time, and goes on doing so. */
    void start() {
        tryLook();
        repeated.start();
    }

    @Override
    public void close() {
        repeated.close();
    }

    private void tryLook() {
        try {
            look();
        } catch (EchelonException e) {
            LOG.debugf("The nodes could not be read: %s", e.reason());
        } catch (RuntimeException e) {
            LOG.error("The nodes could not be followed", e);
        }
    }

    /** Reads and tells them once. */
    void look() {
        List<NodeRecord> ready =
                alive.get().stream().filter(node -> node.state() == NodeState.READY).toList();
        Set<String> gone = new HashSet<>(known.keySet());
        told.accept(ready.stream().map(node -> seen(node, gone)).toList());
        away.addAll(gone);
    }

    /** A node that is there, and is removed from those that are gone. */
    private FiringNode seen(NodeRecord node, Set<String> gone) {
        String id = node.id();
        FiringNode started = new FiringNode(id, node.startedAt());
        gone.remove(id);
        if (isSilent.test(id)) {
            away.add(id);
            known.putIfAbsent(id, started);
            return FiringNode.away(id);
        }
        if (away.remove(id)) {
            known.put(id, FiringNode.back(id, clock.instant()));
        }
        return known.merge(id, started, (a, b) -> a.since().isAfter(b.since()) ? a : b);
    }
}
