package io.echelon.edgeruntime;

import io.echelon.cron.CronScheduler;
import io.echelon.tenants.NodeOrder;
import io.echelon.tenants.NodeState;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Takes a node out of service while it runs, when the operator wants that, and back.
 *
 * <p>A node that drains says so by its health and ends each connection with its response, so that
 * callers go elsewhere, and takes neither fires of crons nor messages, which other nodes do. Who
 * comes all the same is answered, and deployments reach it as before.
 *
 * <p><b>Thread safety.</b> For one thread, which calls {@link #follow} every second.
 */
final class NodeDrain {
    private static final Logger LOG = Logger.getLogger(NodeDrain.class);

    /** How long what is under way is waited for. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    /** A part of a node that can stand by. */
    interface Part {
        void drain();

        void resume();

        /** What is under way in it. */
        long underWay();
    }

    /** What stands by of a node. */
    record Parts(Traffic traffic, PublicKv databases, CronScheduler crons, QueueDispatcher queues) {
        List<Part> all() {
            return List.of(new Callers(traffic, databases), new Crons(crons), new Messages(queues));
        }
    }

    private record Callers(Traffic traffic, PublicKv databases) implements Part {
        @Override
        public void drain() {
            traffic.drain();
            databases.endWatches();
        }

        @Override
        public void resume() {
            traffic.resume();
        }

        @Override
        public long underWay() {
            return traffic.underWay();
        }
    }

    private record Crons(CronScheduler scheduler) implements Part {
        @Override
        public void drain() {
            scheduler.drain();
        }

        @Override
        public void resume() {
            scheduler.resume();
        }

        @Override
        public long underWay() {
            return scheduler.running();
        }
    }

    private record Messages(QueueDispatcher dispatcher) implements Part {
        @Override
        public void drain() {
            dispatcher.drain();
        }

        @Override
        public void resume() {
            dispatcher.resume();
        }

        @Override
        public long underWay() {
            return 0; // its calls are counted with all others
        }
    }

    private final List<Part> parts;
    private final LongSupplier nanos;
    private final Consumer<NodeState> told;
    private NodeState state = NodeState.READY;
    private long begunNanos;

    /**
     * @param nanos the time, as {@link System#nanoTime} has it
     * @param told every new state
     */
    NodeDrain(List<Part> parts, LongSupplier nanos, Consumer<NodeState> told) {
        this.parts = List.copyOf(parts);
        this.nanos = nanos;
        this.told = told;
    }

    /**
     * Goes on towards what is wanted.
     *
     * @param wanted null is to serve
     */
    void follow(NodeOrder.@Nullable Wanted wanted) {
        switch (state) {
            case READY -> {
                if (wanted != null) {
                    parts.forEach(Part::drain);
                    begunNanos = nanos.getAsLong();
                    become(NodeState.DRAINING);
                }
            }
            case DRAINING -> {
                if (wanted == null) {
                    serve();
                } else if (parts.stream().mapToLong(Part::underWay).sum() == 0
                        || nanos.getAsLong() - begunNanos > PATIENCE.toNanos()) {
                    become(NodeState.DRAINED);
                }
            }
            case DRAINED -> {
                if (wanted == null) {
                    serve();
                }
            }
        }
    }

    private void serve() {
        parts.forEach(Part::resume);
        become(NodeState.READY);
    }

    private void become(NodeState next) {
        LOG.infof("The node is %s, as the operator wants it", next);
        state = next;
        told.accept(next);
    }
}
