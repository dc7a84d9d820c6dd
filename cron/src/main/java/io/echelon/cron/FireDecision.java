package io.echelon.cron;

import java.time.Instant;

/** What is to be done about a cron now. */
sealed interface FireDecision {

    /** Nothing before a time. */
    record Wait(Instant until) implements FireDecision {}

    /** Nothing until something else happens: it is paused, or never fires again. */
    record Rest() implements FireDecision {}

    /** A fire is to be run. */
    record Fire(Instant scheduledTime) implements FireDecision {}

    /** A fire is not to be run, since an earlier one is under way. */
    record Skip(Instant scheduledTime) implements FireDecision {}

    /**
     * Fires are not to be made up for.
     *
     * @param last the last of them
     */
    record Miss(Instant last, String detail) implements FireDecision {}
}
