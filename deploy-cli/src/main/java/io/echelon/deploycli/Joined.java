package io.echelon.deploycli;

import java.net.URI;
import java.util.List;

/**
 * What a node that joined is started with, as its platform says.
 *
 * @param node what it is called
 * @param address where the platform reaches it
 * @param store addresses of the nodes that have the store
 * @param masterKeyFile the file with the platform's master keys
 */
record Joined(String node, URI address, String baseDomain, List<URI> store, String masterKeyFile) {
    Joined {
        store = List.copyOf(store);
    }
}
