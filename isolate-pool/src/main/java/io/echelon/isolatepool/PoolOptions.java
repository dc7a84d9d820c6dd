package io.echelon.isolatepool;

import io.echelon.tenants.TenantName;
import java.util.function.ToIntFunction;

/**
 * How a pool is sized and what it insists on.
 *
 * @param threads platform threads that run the turns of requests, 1 or more; cores is right. Events
 *     have three times as many, of a lower share
 * @param maxWaiting calls that may wait for an isolate before further ones end as {@code
 *     overloaded}
 * @param heapShare share of the JVM's heap at which the governor closes the largest offender, 0.5
 *     to 0.95
 * @param engine whether an engine without a compiler is acceptable
 * @param weights of tenants, 1 or more: how they share the processors when they want more than
 *     there is; asked again and again, by any thread
 */
public record PoolOptions(
        int threads,
        int maxWaiting,
        double heapShare,
        EngineRequirement engine,
        ToIntFunction<TenantName> weights) {
    /** The same for every tenant. */
    public static final ToIntFunction<TenantName> EQUAL_WEIGHTS = tenant -> 1;

    /** Whether code may be run by the interpreter alone, about ten times slower. */
    public enum EngineRequirement {
        OPTIMIZING,
        ANY
    }

    /** As many threads as cores. */
    public static PoolOptions forThisMachine(
            EngineRequirement engine, ToIntFunction<TenantName> weights) {
        int cores = Runtime.getRuntime().availableProcessors();
        return new PoolOptions(cores, 10_000, 0.85, engine, weights);
    }
}
