package io.echelon.edgeruntime;

import io.echelon.tenants.NodeRecord;
import io.echelon.tenants.NodeState;
import io.echelon.tenants.NodeVitals;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * The row by which the platform knows that this node is alive, and whether it takes requests.
 *
 * <p><b>Lifecycle.</b> {@link #start} writes it and renews it from then on; after {@link #leave} it
 * is left to expire, and {@link #close} removes it.
 *
 * <p><b>Thread safety.</b> Any thread.
 */
final class NodeRow implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(NodeRow.class);
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);
    private static final Duration EXPIRY = Duration.ofSeconds(15);

    /** A node that has been dead for so long is not missed any more. */
    private static final Duration KNOWN = Duration.ofDays(7);

    private static final Duration KNOWN_AGAIN = Duration.ofHours(1);
    private static final Duration FAREWELL = Duration.ofSeconds(3);

    private final SystemReader rows;
    private final NodeRecord record;
    private final Supplier<NodeVitals> vitals;
    private final Thread heartbeat =
            Thread.ofVirtual().name("echelon-heartbeat").unstarted(this::run);
    private volatile NodeState state = NodeState.READY;
    private volatile boolean leaving;
    private volatile boolean closed;

    /**
     * @param vitals how the node does; asked each time that the row is renewed
     */
    NodeRow(SystemReader rows, NodeRecord record, Supplier<NodeVitals> vitals) {
        this.rows = rows;
        this.record = record;
        this.vitals = vitals;
    }

    void start() {
        rows.write(record.in(state).with(vitals.get()), EXPIRY);
        rows.writeKnown(record, KNOWN);
        heartbeat.start();
    }

    /** Sets whether the node takes requests, and tells it soon. */
    void become(NodeState newState) {
        state = newState;
        LockSupport.unpark(heartbeat);
    }

    /** Renews the row no more. */
    void leave() {
        leaving = true;
    }

    @Override
    public void close() {
        leave();
        closed = true;
        heartbeat.interrupt();
        rows.removeNode(record.id(), FAREWELL);
    }

    private void run() {
        long known = System.nanoTime();
        while (!closed) {
            LockSupport.parkNanos(HEARTBEAT.toNanos());
            try {
                if (leaving) {
                    continue;
                }
                rows.write(record.in(state).with(vitals.get()), EXPIRY);
                if (System.nanoTime() - known > KNOWN_AGAIN.toNanos()) {
                    rows.writeKnown(record, KNOWN);
                    known = System.nanoTime();
                }
            } catch (RuntimeException e) {
                LOG.warnf("The node's row could not be renewed: %s", e.getMessage());
            }
        }
    }
}
