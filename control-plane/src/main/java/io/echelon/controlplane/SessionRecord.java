package io.echelon.controlplane;

import io.echelon.tenants.MemberName;
import io.echelon.tenants.ProviderAccount;
import io.echelon.tenants.TenantName;
import java.time.Instant;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A browser that signed in. It holds no rights: at each request they are those of the token or of
 * the member by which it signed in, as that is then. One of the first three is there.
 *
 * @param token id of the access token
 * @param owner {@link OwnerToken#fingerprint}
 * @param member who came from an outside provider
 * @param startedAt when it signed in
 */
record SessionRecord(
        @Nullable String token,
        @Nullable String owner,
        @Nullable ByProvider member,
        Instant startedAt) {
    /** A member for whom an account of a provider spoke. */
    record ByProvider(TenantName tenant, MemberName name, ProviderAccount account) {}

    SessionRecord {
        if (Stream.of(token, owner, member).filter(Objects::nonNull).count() != 1) {
            throw new IllegalArgumentException("A session is by one token or by one member");
        }
    }
}
