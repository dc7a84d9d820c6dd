package io.echelon.edgeruntime;

import io.echelon.tenants.NodeRecord;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a node is reached.
 *
 * @param http in the clear
 * @param https by TLS
 * @param internal by the other parts of the platform
 * @param authority the file with the certificate that vouches for {@code https}
 */
record PublicAddresses(URI http, URI https, URI internal, Path authority) {
    /**
     * What the platform is told of a node.
     *
     * @param forOthers where nodes of other machines reach it; null when they do not
     */
    NodeRecord record(EdgeConfiguration configuration, @Nullable URI forOthers, Instant startedAt) {
        return new NodeRecord(
                        configuration.nodeId(),
                        http,
                        https,
                        forOthers != null && configuration.clusterIdentity().isPresent()
                                ? forOthers
                                : internal,
                        startedAt,
                        EdgeNode.VERSION)
                .at(forOthers);
    }

    /** What whoever started the node is told. */
    Map<String, String> announced() {
        return Map.of(
                "http", http.toString(),
                "https", https.toString(),
                "internal", internal.toString(),
                "ca", authority.toString());
    }

    /** Where a port is reached. */
    static URI at(String scheme, String host, int port) {
        return URI.create(
                scheme + "://" + (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port);
    }

    /**
     * Where a port is reached.
     *
     * @param bind what is listened on, which may be any address
     * @param known by what name or address other machines reach this one, if any do
     */
    static URI at(String scheme, String bind, Optional<String> known, int port) {
        boolean isAny = bind.equals("0.0.0.0") || bind.equals("::");
        return at(scheme, isAny ? known.orElse("127.0.0.1") : bind, port);
    }
}
