package io.echelon.isolatepool.graal;

import io.echelon.isolatepool.RevisionStatistics;
import io.echelon.tenants.RevisionId;
import java.util.Collection;

/** The isolates of one revision: who serves a call, and how many stand ready. */
sealed interface RevisionPool permits FreshIsolates, SharedIsolates, WasiCommands {
    /** How many isolates are ready before the revision is, 1 or more. */
    int firstIsolates();

    /** Makes the first isolates ready; the installation learns of the first one's fate. */
    void start(Installation installation);

    /** How its turns and calls went of late. */
    Conduct conduct();

    /** Finds an isolate for a call, or lets it wait for one. */
    void dispatch(JsCall call);

    /** Makes isolates as though a call had just come. */
    void warm();

    /**
     * Looks after time limits and the number of warm isolates; called every ten milliseconds or so.
     */
    void sweep(long nowNanos);

    /** Closes isolates that stand idle, to make room on the heap; returns how many. */
    int closeIdle();

    /** Takes no further calls; those under way end as they would. */
    void close();

    /** Adds the isolates that serve calls now, for the governor. */
    void collectLive(Collection<Guest> live);

    RevisionStatistics statistics();

    RevisionId id();
}
