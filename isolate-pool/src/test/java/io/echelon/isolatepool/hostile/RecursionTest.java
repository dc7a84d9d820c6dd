package io.echelon.isolatepool.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.isolatepool.CallReport;
import io.echelon.tenants.RevisionId;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Functions that call themselves again wherever a call fails, so that they would be at the end of
 * their stack for ever: they are answered in time, and their thread is free again too.
 */
final class RecursionTest {
    /** Deeper than the engine's own part of a stack. */
    private static final int DEEP_FRAMES = 500;

    /** So often that the later ones run compiled code. */
    private static final int CALLS = 5;

    private static final int WAIT_MS = 50;

    private static Arena arena;

    @BeforeAll
    static void open() {
        arena = new Arena();
    }

    @AfterAll
    static void close() {
        arena.close();
    }

    static List<HostileFunction> functions() {
        return HostileFunction.all().stream()
                .filter(function -> function.name().startsWith("recursion-in-"))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("functions")
    @Timeout(300)
    void leavesItsThread(HostileFunction function) throws Exception {
        for (int i = 0; i < CALLS; i++) { // each of a new one: those that were stopped have to rest
            RevisionId id = arena.install(function);
            CallReport report = arena.get(id).report();
            assertThat(function.outcomes()).as(report.toString()).contains(report.outcome());
            while (isAnyDeep()) {
                Thread.sleep(WAIT_MS);
            }
            arena.remove(id);
        }
    }

    private static boolean isAnyDeep() {
        return Thread.getAllStackTraces().values().stream()
                .anyMatch(frames -> frames.length > DEEP_FRAMES);
    }
}
