package io.echelon.edgeruntime;

import java.net.URI;
import java.nio.file.Path;

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
     * Where a port is reached from this machine.
     *
     * @param bind what is listened on, which may be any address
     */
    static URI at(String scheme, String bind, int port) {
        String host =
                bind.equals("0.0.0.0") || bind.equals("::")
                        ? "127.0.0.1"
                        : bind.indexOf(':') >= 0 ? "[" + bind + "]" : bind;
        return URI.create(scheme + "://" + host + ":" + port);
    }
}
