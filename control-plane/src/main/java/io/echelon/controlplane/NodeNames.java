package io.echelon.controlplane;

import io.echelon.tenants.NodeRecord;
import java.net.URI;
import java.util.List;

/** Names of nodes by their internal addresses. */
record NodeNames(List<NodeRecord> nodes) {
    /** The name of the node of an address, or the address when no node that is alive has it. */
    String of(URI address) {
        return nodes.stream()
                .filter(node -> node.internal().getAuthority().equals(address.getAuthority()))
                .map(NodeRecord::id)
                .findFirst()
                .orElse(address.getAuthority());
    }
}
