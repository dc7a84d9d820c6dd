package io.echelon.controlplane;

import io.echelon.tenants.TenantName;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** What came of looking at a request's token. */
sealed interface Identification {

    /**
     * It is somebody's.
     *
     * @param by what it was recognized; null for a short-lived token, which is no credential
     */
    record Known(Caller caller, @Nullable Credential by) implements Identification {}

    /** There is none, or it is nobody's, or no longer. */
    record Unknown() implements Identification {}

    /**
     * It was somebody's until then.
     *
     * @param holder whose; null for a short-lived token
     */
    record Expired(Instant at, @Nullable Holder holder) implements Identification {}

    /** Its source has shown too many that were nobody's. */
    record TooMany() implements Identification {}

    /**
     * Whose a token was that expired.
     *
     * @param actor as the audit names it
     */
    record Holder(TenantName tenant, String actor) {}
}
