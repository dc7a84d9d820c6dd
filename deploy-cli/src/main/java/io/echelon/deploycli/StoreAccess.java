package io.echelon.deploycli;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Where a process finds the platform's store; as text, what {@code ECHELON_STORE} is to be. */
sealed interface StoreAccess {
    /** The node itself has the store, and no other has. */
    record Here() implements StoreAccess {
        @Override
        public String toString() {
            return "local";
        }
    }

    /**
     * Other nodes have it.
     *
     * @param nodes their internal addresses
     */
    record Elsewhere(List<URI> nodes) implements StoreAccess {
        public Elsewhere {
            nodes = List.copyOf(nodes);
        }

        @Override
        public String toString() {
            return nodes.stream().map(URI::toString).collect(Collectors.joining(","));
        }
    }

    /**
     * The node has one replica of it.
     *
     * @param addresses where the replica of each node is reached by the others, by the node's name
     * @param listeners nodes whose replicas only follow
     * @param nodes internal addresses of the nodes with the others, in the order of {@link
     *     StoreReplicas#nodes}
     */
    record Replica(
            StoreReplicas replicas,
            Map<String, String> addresses,
            List<String> listeners,
            Elsewhere nodes)
            implements StoreAccess {
        public Replica {
            addresses = Map.copyOf(addresses);
            listeners = List.copyOf(listeners);
        }

        /** Names and addresses of all replicas, as {@code ECHELON_STORE_MEMBERS} has them. */
        String members() {
            return Stream.concat(replicas.nodes().stream(), listeners.stream())
                    .map(node -> name(node) + "=" + addresses.get(node))
                    .collect(Collectors.joining(","));
        }

        private String name(String node) {
            String replica = replicas.seat(node).replica();
            return replica.equals(node) ? node : node + "/" + replica;
        }

        /** The same with the replicas that there are to be now. */
        Replica with(StoreReplicas now) {
            return new Replica(now, addresses, listeners, nodes);
        }

        @Override
        public String toString() {
            return nodes.toString();
        }
    }
}
