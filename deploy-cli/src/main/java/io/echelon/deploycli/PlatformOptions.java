package io.echelon.deploycli;

import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a platform on this machine is to be.
 *
 * @param data where all its state lies
 * @param http the first node's port, 0 for any free one; further nodes take the ports that follow
 * @param https the same, for TLS
 * @param control the control plane's port, 0 for any free one
 * @param nodes 1 to {@link #NODES_MAX}
 * @param shards how many shards the store is to have, 1 to {@link #SHARDS_MAX}; null for as many as
 *     it had
 * @param base the domain below which apps have their names
 * @param bind the address to listen on
 * @param egressAllow networks that functions may reach although they are not public
 * @param cluster where nodes of other machines reach the first node; further ones with a replica of
 *     the store take the ports that follow; null lets none join
 */
record PlatformOptions(
        Path data,
        int http,
        int https,
        int control,
        int nodes,
        @Nullable Integer shards,
        String base,
        String bind,
        List<String> egressAllow,
        @Nullable HostPort cluster) {
    static final int NODES_MAX = 16;
    static final int SHARDS_MAX = 64;

    PlatformOptions {
        egressAllow = List.copyOf(egressAllow);
        port("--http", http, nodes);
        port("--https", https, nodes);
        port("--control", control, 1);
        if (cluster != null) {
            port("--cluster", cluster.port(), nodes);
        }
        if (nodes < 1 || nodes > NODES_MAX) {
            throw refuse("--nodes is %d; it must be from 1 to %d".formatted(nodes, NODES_MAX));
        }
        if (shards != null && (shards < 1 || shards > SHARDS_MAX)) {
            throw refuse("--shards is %d; it must be from 1 to %d".formatted(shards, SHARDS_MAX));
        }
        if (shards != null && shards > 1 && nodes < StoreReplicas.COUNT) {
            throw refuse(
                    "--shards is %d and --nodes %d; a store has shards when at least %d nodes have replicas of it"
                            .formatted(shards, nodes, StoreReplicas.COUNT));
        }
    }

    /** The HTTP port of a node, counted from 1. */
    int httpOf(int node) {
        return http == 0 ? 0 : http + node - 1;
    }

    /** The HTTPS port of a node, counted from 1. */
    int httpsOf(int node) {
        return https == 0 ? 0 : https + node - 1;
    }

    /** The port of a node for other machines, counted from 1; 0 when there is none. */
    int clusterOf(int node) {
        boolean hasStore = node <= (nodes < StoreReplicas.COUNT ? 1 : StoreReplicas.COUNT);
        return cluster == null || !hasStore ? 0 : cluster.port() + node - 1;
    }

    private static void port(String option, int port, int count) {
        if (port < 0 || port + count - 1 > 65_535) {
            throw refuse(
                    "%s is %d; it must be from 1 to 65535, or 0 for any free port"
                            .formatted(option, port));
        }
    }

    private static CliException refuse(String message) {
        return new CliException(ExitCode.WRONG_USAGE, message);
    }
}
