package io.echelon.isolatepool.graal;

/**
 * Which threads an isolate's turns run on. Revisions whose turns are long have threads of their
 * own, so that a short turn, and the making of an isolate, never wait behind one that computes; so
 * have events, so that requests do not wait behind hundreds of crons that are due in one second.
 * Isolates for requests are always made on the first lane: the engine has locks, and whoever holds
 * one should not be low.
 */
enum Lane {
    /** For turns that are short as far as is known; a turn that is not is lowered as it runs. */
    SHORT("isolate-turns-", 1, ThreadPriority.SHORT_TURN),

    /**
     * For isolates that have only crons and messages to see to: nobody waits for their answer. Many
     * threads, since a turn of a low share lasts long on a busy machine, and the crons of the same
     * second should not stand in line behind it.
     */
    EVENT("event-turns-", 3, ThreadPriority.BEHIND),

    /** For revisions whose turns were long again and again. */
    LONG("long-turns-", 1, ThreadPriority.LONG_TURN);

    private final String threadName;
    private final int threadsPerPlace;
    private final ThreadPriority priority;

    Lane(String threadName, int threadsPerPlace, ThreadPriority priority) {
        this.threadName = threadName;
        this.threadsPerPlace = threadsPerPlace;
        this.priority = priority;
    }

    /** How the names of its threads begin. */
    String threadName() {
        return threadName;
    }

    /**
     * How many threads it has in a pool of so many places.
     *
     * @param places 1 or more, usually the processors
     */
    int threads(int places) {
        return threadsPerPlace * places;
    }

    /** What its threads start with. */
    ThreadPriority priority() {
        return priority;
    }
}
