package io.echelon.tenants;

import java.net.URI;
import java.util.List;

/**
 * What a node gets that has joined. None of it is a secret.
 *
 * @param node what it is called
 * @param certificate for the key that it asked for, PEM
 * @param authority of the platform, PEM; its digest is in the token
 * @param store addresses of the nodes that have the store, by mutual TLS
 */
public record JoinAnswer(String node, String certificate, String authority, List<URI> store) {
    public JoinAnswer {
        store = List.copyOf(store);
    }
}
