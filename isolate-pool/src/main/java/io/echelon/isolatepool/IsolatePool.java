package io.echelon.isolatepool;

import io.echelon.tenants.RevisionId;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/**
 * Runs functions, each call in an isolate of its revision, under quotas.
 *
 * <p><b>Lifecycle.</b> A revision is installed, called, and removed; removing lets calls under way
 * end. Closing the pool cancels what still runs.
 *
 * <p><b>Failure.</b> What a guest does wrong is an {@link io.echelon.tenants.Outcome}, told to the
 * call's {@link ResponseSink}; it is never thrown.
 *
 * <p><b>Thread safety.</b> Every method may be called from any thread, and none blocks.
 */
public interface IsolatePool extends AutoCloseable {
    /**
     * Parses a revision, evaluates it in as many isolates as it wants warm (at least one), and from
     * then on answers calls of it. Fails with an {@link io.echelon.tenants.EchelonException} of
     * code {@code STARTUP_FAILED} when the entry can't be parsed, throws, or takes too long; the
     * message names the user's file and line. Installing what is installed does nothing.
     */
    CompletableFuture<Void> install(FunctionImage image);

    /** Forgets a revision and closes its idle isolates; unknown ones are ignored. */
    void remove(RevisionId id);

    /** Whether calls of a revision are answered. */
    boolean isInstalled(RevisionId id);

    /**
     * Has isolates of a revision be made as though it had just been called, so that the next call
     * finds one; unknown revisions are ignored.
     */
    void warm(RevisionId id);

    /**
     * Calls a function. Everything that becomes of the call is told to the sink; a revision that is
     * not installed ends as {@code notFound}.
     */
    Call call(RevisionId id, FunctionRequest request, ResponseSink sink);

    /**
     * Calls the handler of an event. A revision that is not installed or has no such handler ends
     * as {@code notFound}; a handler that does not end within the revision's wall time as {@code
     * exceededWallTime}.
     */
    Call deliver(RevisionId id, FunctionEvent event, EventSink sink);

    /**
     * The handlers of events that a revision was found to have when its first isolates were
     * evaluated; empty when it is not installed.
     */
    List<EventHandler> handlers(RevisionId id);

    /**
     * Whether a revision's last calls had to be stopped for their CPU time or memory again and
     * again, so that it rests now between any two of them; false when it is not installed.
     */
    boolean isResting(RevisionId id);

    /** Has a revision rest no more, whatever its calls did; unknown ones are ignored. */
    void forgive(RevisionId id);

    /** A count of what the pool holds now. */
    PoolStatistics statistics();

    /** The pools of single revisions, for metrics. */
    List<RevisionStatistics> revisionStatistics();

    /** The pool of one revision; empty when it is not installed. */
    Optional<RevisionStatistics> revisionStatistics(RevisionId id);

    @Override
    void close();
}
