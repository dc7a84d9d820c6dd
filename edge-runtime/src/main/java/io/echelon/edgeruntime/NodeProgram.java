package io.echelon.edgeruntime;

import java.util.Map;

/**
 * What a node's process runs.
 *
 * <p><b>Lifecycle.</b> {@link #start} once, which returns when it answers; then {@link #stop} once,
 * which lets requests under way end.
 */
interface NodeProgram {
    /**
     * Starts it.
     *
     * @param internalPort where the internal port listens
     * @return what whoever started the process is told: where it is reached
     */
    Map<String, String> start(int internalPort) throws InterruptedException;

    /** Has what can change while it runs be as a configuration says. */
    void apply(EdgeConfiguration now);

    /** Lets requests under way end, at most thirty seconds, and closes. */
    void stop();
}
