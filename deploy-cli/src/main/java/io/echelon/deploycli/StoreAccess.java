package io.echelon.deploycli;

import java.net.URI;
import java.util.List;
import java.util.stream.Collectors;

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
     * @param members names and addresses of all replicas, as {@code ECHELON_STORE_MEMBERS} has them
     * @param listeners names of those that only follow, as {@code ECHELON_STORE_LISTENERS} has them
     * @param nodes internal addresses of the nodes with the others, in the same order
     */
    record Replica(StoreReplicas replicas, String members, String listeners, Elsewhere nodes)
            implements StoreAccess {
        @Override
        public String toString() {
            return nodes.toString();
        }
    }
}
