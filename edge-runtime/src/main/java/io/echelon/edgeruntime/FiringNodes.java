package io.echelon.edgeruntime;

import io.echelon.cron.FiringNode;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.NodeRecord;
import io.echelon.tenants.NodeState;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Tells, every second, which nodes fire crons: those that are alive and take requests.
 *
 * <p><b>Lifecycle.</b> {@link #start} once, {@link #close} once.
 *
 * <p><b>Failure.</b> While the store cannot be reached, what was told last holds.
 */
final class FiringNodes implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(FiringNodes.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final Supplier<List<NodeRecord>> alive;
    private final Consumer<List<FiringNode>> told;
    private final Repeated repeated = new Repeated("echelon-firing-nodes", INTERVAL, this::tryLook);

    /**
     * @param alive reads the rows of nodes
     */
    FiringNodes(Supplier<List<NodeRecord>> alive, Consumer<List<FiringNode>> told) {
        this.alive = alive;
        this.told = told;
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
        told.accept(
                alive.get().stream()
                        .filter(node -> node.state() == NodeState.READY)
                        .map(node -> new FiringNode(node.id(), node.startedAt()))
                        .toList());
    }
}
