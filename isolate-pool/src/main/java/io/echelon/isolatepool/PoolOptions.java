package io.echelon.isolatepool;

/**
 * How a pool is sized and what it insists on.
 *
 * @param threads platform threads that run isolates' turns, 1 or more; cores is right
 * @param maxWaiting calls that may wait for an isolate before further ones end as {@code
 *     overloaded}
 * @param heapShare share of the JVM's heap at which the governor closes the largest offender, 0.5
 *     to 0.95
 * @param engine whether an engine without a compiler is acceptable
 */
public record PoolOptions(int threads, int maxWaiting, double heapShare, EngineRequirement engine) {
    /** Whether code may be run by the interpreter alone, about ten times slower. */
    public enum EngineRequirement {
        OPTIMIZING,
        ANY
    }

    public static PoolOptions forThisMachine() {
        int cores = Runtime.getRuntime().availableProcessors();
        return new PoolOptions(cores, 10_000, 0.85, EngineRequirement.OPTIMIZING);
    }
}
