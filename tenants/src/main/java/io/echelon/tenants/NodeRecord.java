package io.echelon.tenants;

import java.net.URI;
import java.time.Instant;

/**
 * An edge node that is alive; the row expires when its node stops renewing it.
 *
 * @param id unique in the platform, {@code [a-z0-9-]+}
 * @param http address callers reach in the clear
 * @param https address callers reach by TLS
 * @param internal address that the other parts of the platform reach
 */
public record NodeRecord(
        String id, URI http, URI https, URI internal, Instant startedAt, String version) {}
