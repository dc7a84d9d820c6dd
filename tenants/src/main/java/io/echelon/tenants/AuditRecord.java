package io.echelon.tenants;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A change, or a sign-in, as whoever answers for the tenant reads it later.
 *
 * @param actor who: {@code operator}, {@code member NAME} or {@code service ID}; of what was
 *     refused also {@code token ID}, of which only the id was shown to be right, and {@code
 *     unknown}
 * @param from the address that the request came from
 * @param action what was done, such as {@code apps.promote}
 * @param target to what: the path of the request
 * @param requestId of the request, as the log has it
 * @param outcome how it ended, as far as is known
 * @param before what was there, secrets left out; null when there was nothing, or it is not told
 * @param after what is there now, secrets left out; null when nothing is, or it is not told
 */
public record AuditRecord(
        Instant time,
        String actor,
        String from,
        String action,
        String target,
        String requestId,
        State outcome,
        @Nullable JsonNode before,
        @Nullable JsonNode after) {

    /** How a change ended. */
    public enum State {
        /** It was begun; when it stays so, the control plane ended meanwhile. */
        BEGUN,
        /** It was made. */
        DONE,
        /** The platform failed, and the change may or may not be made. */
        FAILED,
        /**
         * It was refused. Told of sign-ins alone, many from one address in one row; {@code after}
         * has how many, why, and when the last was.
         */
        REFUSED
    }

    /** The same change at its end. */
    public AuditRecord ended(State end, @Nullable JsonNode was, @Nullable JsonNode is) {
        return new AuditRecord(time, actor, from, action, target, requestId, end, was, is);
    }
}
