package io.echelon.edgeruntime;

import io.echelon.isolatepool.GuestError;
import io.echelon.tenants.EchelonException;
import java.util.concurrent.CompletionException;
import org.jboss.logging.Logger;

/** Says to a guest why an operation on its database failed, without what is inside the platform. */
final class KvFailure {
    private static final Logger LOG = Logger.getLogger(KvFailure.class);

    private KvFailure() {}

    static GuestError told(Throwable failure) {
        Throwable root = failure;
        while (root instanceof CompletionException && root.getCause() != null) {
            root = root.getCause();
        }
        return switch (root) {
            case GuestError told -> told;
            case EchelonException refusal ->
                    switch (refusal.code()) {
                        case INVALID_ARGUMENT, PAYLOAD_TOO_LARGE ->
                                new GuestError("TypeError", refusal.reason());
                        case OVER_QUOTA -> new GuestError("Error", refusal.reason());
                        case STORAGE_FULL ->
                                new GuestError(
                                        "Error",
                                        "The database takes no writes now, since its disk is full; nothing was written");
                        default -> unavailable(refusal);
                    };
            default -> unavailable(root);
        };
    }

    private static GuestError unavailable(Throwable cause) {
        LOG.warnf("An operation on a function's database failed: %s", cause);
        return new GuestError(
                "Error",
                "The database is unavailable now; a write may or may not have been made: read before trying again");
    }
}
