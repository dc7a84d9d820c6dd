package io.echelon.controlplane;

import io.echelon.tenants.AppName;
import io.echelon.tenants.NodeRecord;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The addresses of apps and revisions.
 *
 * @param baseDomain domain below which they are
 * @param port of the nodes' HTTPS, 443 when no node is alive to say another
 */
record Addresses(String baseDomain, int port) {
    private static final int HTTPS_PORT = 443;

    static Addresses of(String baseDomain, List<NodeRecord> nodes) {
        int port = first(nodes).map(node -> node.https().getPort()).orElse(-1);
        return new Addresses(baseDomain, port < 0 ? HTTPS_PORT : port);
    }

    /** The node whose addresses are told: one of the platform's own machine when there is one. */
    static Optional<NodeRecord> first(List<NodeRecord> nodes) {
        return nodes.stream().min(Comparator.comparing(NodeRecord::hasJoined));
    }

    /** The address that follows the app's route. */
    String production(TenantName tenant, AppName app) {
        return address(app.value() + suffix(tenant));
    }

    /** The address of one revision. */
    String revision(RevisionId id) {
        return address(id.app().value() + suffix(id.tenant()) + "--" + id.label());
    }

    private static String suffix(TenantName tenant) {
        return tenant.equals(TenantName.DEFAULT) ? "" : "--" + tenant.value();
    }

    private String address(String label) {
        return "https://%s.%s%s".formatted(label, baseDomain, port == HTTPS_PORT ? "" : ":" + port);
    }
}
