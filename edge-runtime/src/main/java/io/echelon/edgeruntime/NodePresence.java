package io.echelon.edgeruntime;

import io.echelon.tenants.NodeRecord;
import io.echelon.tenants.NodeState;
import io.echelon.tenants.NodeVitals;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * That the platform knows this node, and that the node goes on with what the operator wants of it.
 *
 * <p><b>Lifecycle.</b> From {@link #begin} to {@link #close}; after {@link #leave} its row is left
 * to expire.
 *
 * <p><b>Thread safety.</b> Any thread.
 */
final class NodePresence implements AutoCloseable {
    private final NodeRow row;
    private final NodeOrders orders;

    private NodePresence(NodeRow row, NodeOrders orders) {
        this.row = row;
        this.orders = orders;
    }

    /**
     * @param parts what stands by when the operator takes the node out of service
     * @param followed told whether the node takes requests, each time that this changes
     */
    static NodePresence begin(
            SystemReader rows,
            NodeRecord record,
            Supplier<NodeVitals> vitals,
            NodeDrain.Parts parts,
            Consumer<NodeState> followed) {
        NodeRow row = new NodeRow(rows, record, vitals);
        NodeDrain drain =
                new NodeDrain(
                        parts.all(),
                        System::nanoTime,
                        state -> {
                            followed.accept(state);
                            row.become(state);
                        });
        NodeOrders orders =
                new NodeOrders(rows, read -> drain.follow(NodeOrders.of(record.id(), read)));
        orders.start();
        row.start();
        return new NodePresence(row, orders);
    }

    /** Renews the node's row no more. */
    void leave() {
        row.leave();
    }

    @Override
    public void close() {
        orders.close();
        row.close();
    }
}
