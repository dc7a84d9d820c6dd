package io.echelon.isolatepool.hostile;

import static org.assertj.core.api.Assertions.assertThat;

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
     * How often a function may be called until it keeps within its limits: on a machine with more
     * to do than processors, the watchdog may get one late. A fault passes the limits every time.
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
        CallReport report = call(function);
        for (int i = 1; i < ATTEMPTS && report != null && !isWithinLimits(function, report); i++) {
            report = call(function);
        }
        if (report != null) {
            assertThat(isWithinLimits(function, report))
                    .as(function.name() + " " + report)
                    .isTrue();
        }
    }

    /** How a call ended, which has to be right every time; null when there was none. */
    private static @Nullable CallReport call(HostileFunction function) {
        int answeredBefore = neighbour.answered();
        RevisionId id = install(function);
        if (id == null) {
            assertThat(function.outcomes()).contains(Outcome.STARTUP_FAILED);
            return null;
        }
        CallReport report = arena.get(id).report();
        arena.remove(id);

        if (!isSlow(function, report)) {
            assertThat(function.outcomes())
                    .as(function.name() + " " + report)
                    .contains(report.outcome());
        }
        if (report.outcome() != Outcome.OK) {
            assertThat(report.message()).doesNotContain("org.graalvm", "java.", "io.echelon");
        }
        neighbour.awaitAnswerAfter(answeredBefore);
        return report;
    }

    /**
     * Whether the time was up before the machine had let the function compute as long as it may.
     */
    private static boolean isSlow(HostileFunction function, CallReport report) {
        long mostNanos = TimeUnit.MILLISECONDS.toNanos(function.limits().cpuMs());
        return report.outcome() == Outcome.EXCEEDED_WALL_TIME
                && report.cpuNanos() > mostNanos / 10
                && report.cpuNanos() < mostNanos;
    }

    private static boolean isWithinLimits(HostileFunction function, CallReport report) {
        long cpuNanos = TimeUnit.MILLISECONDS.toNanos(function.limits().cpuMs());
        long memoryBytes = (long) function.limits().memoryMb() << 20;
        return function.exactness() == HostileFunction.Exactness.AS_SAID
                || (report.cpuNanos() <= cpuNanos + cpuNanos / 2 + CPU_OVERSHOOT_NANOS
                        && report.peakMemoryBytes() <= memoryBytes + MEMORY_OVERSHOOT_BYTES);
    }

    /** Installs a function; null when its start failed, as an install may. */
    private static @Nullable RevisionId install(HostileFunction function) {
        try {
            return arena.install(function);
        } catch (CompletionException e) {
            if (e.getCause() instanceof EchelonException) {
                return null;
            }
            throw e;
        }
    }

    @AfterEach
    void theNeighbourIsWell() {
        assertThat(neighbour.failures()).isEmpty();
    }
}
