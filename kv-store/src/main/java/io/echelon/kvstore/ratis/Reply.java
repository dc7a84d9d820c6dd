package io.echelon.kvstore.ratis;

import io.echelon.kvstore.rocksdb.Decision;
import java.util.List;

/** What the replicated state answers to a request. */
sealed interface Reply {

    /** A decision for each command, now or when the request came first. */
    record Done(List<Decision> decisions) implements Reply {
        public Done {
            decisions = List.copyOf(decisions);
        }
    }

    /** A later request of the session was done already; nothing happened. */
    record Superseded() implements Reply {}

    /**
     * The session was forgotten, so whether the request was done before is unknown; now it was not.
     */
    record Forgotten() implements Reply {}
}
