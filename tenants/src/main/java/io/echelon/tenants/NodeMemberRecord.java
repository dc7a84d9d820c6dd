package io.echelon.tenants;

import java.net.URI;
import java.time.Instant;

/**
 * A node of another machine that belongs to the platform. Nodes have their certificate let in while
 * this row is there, and no longer.
 *
 * @param node its id
 * @param address where the others reach it, by mutual TLS
 * @param keySha256 of the public key that its certificate is for, in hexadecimal digits
 * @param token id of the token by which it joined
 */
public record NodeMemberRecord(
        String node, URI address, String keySha256, Instant joinedAt, String token) {}
