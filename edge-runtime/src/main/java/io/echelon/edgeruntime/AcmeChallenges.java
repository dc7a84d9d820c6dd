package io.echelon.edgeruntime;

import io.echelon.kvstore.KvDatabase;
import io.echelon.tenants.DomainName;
import io.echelon.tenants.SystemRows;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * What certificate authorities look for at hosts of tenants' own, read from the store when one
 * comes: any node may be the one that it comes to, right after it was told.
 */
interface AcmeChallenges {
    /** Nothing is looked for. */
    AcmeChallenges NONE = (host, token) -> CompletableFuture.completedFuture(Optional.empty());

    /** What is to be found at a host under a token of 1 to 128 characters of base64url. */
    CompletionStage<Optional<String>> find(String host, String token);

    /** Those in the platform's rows. */
    static AcmeChallenges of(KvDatabase system) {
        return (host, token) ->
                SystemReader.find(
                        system,
                        SystemRows.acmeChallenge(new DomainName(host), token),
                        String.class);
    }
}
