package io.echelon.isolatepool.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.isolatepool.CallReport;
import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.RevisionId;
import org.junit.jupiter.api.Test;

/**
 * What guests leave in the engine that they share is little, and counts for none but themselves.
 */
final class SharedRegistryTest {
    private static final FunctionLimits LIMITS = new FunctionLimits(60_000, 128, 60_000);

    private static final String REGISTERS =
            """
            export default {
              fetch() {
                for (let i = 0; i < 300000; i++) Symbol.for(`a symbol of nobody else ${i}`);
                const one = Symbol.for("a symbol of nobody else 299999");
                return new Response(String(Symbol.keyFor(one) === one.description && one === Symbol.for(one.description)));
              },
            };
            """;

    /** Allocates enough to be measured, and keeps nearly all that it may. */
    private static final String KEEPS =
            """
            export default {
              fetch() {
                const kept = [];
                for (let i = 0; i < 100; i++) { kept.push(new Uint8Array(1 << 20)); new Uint8Array(1 << 19); }
                return new Response(String(kept.length));
              },
            };
            """;

    @Test
    void chargesNobodyWithSymbolsThatAnotherRegistered() {
        try (Arena arena = new Arena()) {
            Answer registered = arena.get(arena.install(REGISTERS, LIMITS, Isolation.REQUEST));
            assertThat(registered.report().outcome()).isEqualTo(Outcome.OK);
            assertThat(registered.text()).isEqualTo("true");

            CallReport kept = measured(arena, arena.install(KEEPS, LIMITS, Isolation.REQUEST));
            assertThat(kept.outcome()).as(kept.toString()).isEqualTo(Outcome.OK);
            assertThat(kept.peakMemoryBytes()).isBetween(50L << 20, 128L << 20);
        }
    }

    /** Calls until a guest was measured before it ended; on a busy machine one can be too quick. */
    private static CallReport measured(Arena arena, RevisionId id) {
        CallReport report = arena.get(id).report();
        while (report.peakMemoryBytes() == 0 && report.outcome() == Outcome.OK) {
            report = arena.get(id).report();
        }
        return report;
    }
}
