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
record PublicAddresses(URI http, URI https, URI internal, Path authority) {}
