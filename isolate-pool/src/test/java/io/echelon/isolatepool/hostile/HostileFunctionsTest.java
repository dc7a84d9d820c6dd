package io.echelon.isolatepool.hostile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.echelon.isolatepool.CallReport;
import io.echelon.tenants.EchelonException;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.RevisionId;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every function of {@code src/test/resources/hostile} is stopped in time, within its memory and
 * with the right outcome, while a neighbour goes on answering.
 */
final class HostileFunctionsTest {
    private static final long MEMORY_OVERSHOOT_BYTES = 64L << 20;
    private static final long CPU_OVERSHOOT_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    /**
     * How often a function may be called until it ends as it should: which of two limits it meets
     * first, and how late a thread of a busy machine looks at it, is a matter of luck; a fault is
     * none.
     */
    private static final int ATTEMPTS = 3;

    private static Arena arena;
    private static Neighbour neighbour;

    @BeforeAll
    static void open() {
        arena = new Arena();
        neighbour = new Neighbour(arena);
    }

    @AfterAll
    static void close() {
        neighbour.close();
        arena.close();
    }

    static List<HostileFunction> functions() {
        return HostileFunction.all();
    }

    @Test
    void thereAreAtLeastForty() {
        assertThat(functions()).hasSizeGreaterThanOrEqualTo(40);
    }

    @ParameterizedTest
    @MethodSource("functions")
    void isStoppedWithinItsLimits(HostileFunction function) {
        for (int attempt = 1; ; attempt++) {
            try {
                check(function);
                return;
            } catch (AssertionError e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    private static void check(HostileFunction function) {
        int answeredBefore = neighbour.answered();
        RevisionId id = install(function);
        if (id == null) {
            assertThat(function.outcomes()).contains(Outcome.STARTUP_FAILED);
            return;
        }
        CallReport report = arena.get(id).report();
        arena.remove(id);

        assertThat(function.outcomes()).as(report.toString()).contains(report.outcome());
        if (function.exactness() == HostileFunction.Exactness.WITHIN_LIMITS) {
            assertWithinLimits(function, report);
        }
        if (report.outcome() != Outcome.OK) {
            assertThat(report.message()).doesNotContain("org.graalvm", "java.", "io.echelon");
        }
        awaitNeighbour(answeredBefore);
    }

    private static void assertWithinLimits(HostileFunction function, CallReport report) {
        long cpuLimit = TimeUnit.MILLISECONDS.toNanos(function.limits().cpuMs());
        assertThat(report.cpuNanos())
                .as("CPU time of a function with %,d ns", cpuLimit)
                .isLessThanOrEqualTo(cpuLimit + cpuLimit / 2 + CPU_OVERSHOOT_NANOS);
        assertThat(report.peakMemoryBytes())
                .as("memory of a function with %d MB", function.limits().memoryMb())
                .isLessThanOrEqualTo(
                        ((long) function.limits().memoryMb() << 20) + MEMORY_OVERSHOOT_BYTES);
    }

    /** Installs a function; null when its start failed, as an install may. */
    private static @Nullable RevisionId install(HostileFunction function) {
        try {
            return arena.install(function.source(), function.limits(), function.isolation());
        } catch (CompletionException e) {
            if (e.getCause() instanceof EchelonException) {
                return null;
            }
            throw e;
        }
    }

    private static void awaitNeighbour(int answeredBefore) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (neighbour.answered() <= answeredBefore + 1) {
            if (System.nanoTime() > deadline) {
                fail("the neighbour is not answered any more");
            }
            Thread.onSpinWait();
        }
    }

    @AfterEach
    void theNeighbourIsWell() {
        assertThat(neighbour.failures()).isEmpty();
    }
}
