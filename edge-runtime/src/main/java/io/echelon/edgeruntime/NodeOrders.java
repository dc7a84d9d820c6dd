package io.echelon.edgeruntime;

import io.echelon.tenants.EchelonException;
import io.echelon.tenants.NodeOrder;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Reads, every second, what the operator has decided about nodes.
 *
 * <p><b>Lifecycle.</b> {@link #start} once, which looks for the first time; {@link #close} once.
 *
 * <p><b>Failure.</b> While the store cannot be reached, what was read last holds.
 */
final class NodeOrders implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(NodeOrders.class);
    private static final Duration INTERVAL = Duration.ofSeconds(1);

    private final SystemReader rows;
    private final Consumer<List<NodeOrder>> told;
    private final Repeated repeated = new Repeated("echelon-orders", INTERVAL, this::look);
    private volatile boolean isReached = true;

    /**
     * @param told all orders, after each look
     */
    NodeOrders(SystemReader rows, Consumer<List<NodeOrder>> told) {
        this.rows = rows;
        this.told = told;
    }

    /** What is wanted of a node; null is to serve. */
    static NodeOrder.@Nullable Wanted of(String node, List<NodeOrder> orders) {
        return orders.stream()
                .filter(order -> order.node().equals(node))
                .map(NodeOrder::wanted)
                .findFirst()
                .orElse(null);
    }

    void start() {
        look();
        repeated.start();
    }

    @Override
    public void close() {
        repeated.close();
    }

    private void look() {
        try {
            told.accept(rows.orders());
            isReached = true;
        } catch (EchelonException e) {
            if (isReached) {
                LOG.warnf("What is decided about nodes could not be read: %s", e.reason());
            }
            isReached = false;
        } catch (RuntimeException e) {
            LOG.error("What is decided about nodes could not be followed", e);
        }
    }
}
