package io.echelon.controlplane;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A browser that signed in. It holds no rights: at each request they are those of the token by
 * which it signed in, as that is then.
 *
 * @param token id of the access token; null is the operator's
 * @param owner {@link OwnerToken#fingerprint}; null for an access token
 * @param startedAt when it signed in
 */
record SessionRecord(@Nullable String token, @Nullable String owner, Instant startedAt) {
    SessionRecord {
        if ((token == null) == (owner == null)) {
            throw new IllegalArgumentException("A session is by one token");
        }
    }
}
