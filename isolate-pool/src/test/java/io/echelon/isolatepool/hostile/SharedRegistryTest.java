package io.echelon.isolatepool.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.Outcome;
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

            Answer kept = arena.get(arena.install(KEEPS, LIMITS, Isolation.REQUEST));
            assertThat(kept.report().outcome()).as(kept.report().toString()).isEqualTo(Outcome.OK);
            assertThat(kept.report().peakMemoryBytes()).isBetween(50L << 20, 128L << 20);
        }
    }
}
