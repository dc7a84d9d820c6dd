package io.echelon.isolatepool.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.isolatepool.CallReport;
import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.RevisionId;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

/** A function that has to be stopped again and again is let rest, and comes back by itself. */
final class RestingFunctionTest {
    @Test
    void itIsRefusedWithTheReasonAndLetBackWhenItIsWell() {
        try (Arena arena = new Arena()) {
            long wellAt = System.currentTimeMillis() + Duration.ofSeconds(3).toMillis();
            RevisionId id =
                    arena.install(
                            """
                            export default { fetch() {
                              while (Date.now() < %d) {}
                              return new Response('well');
                            } };
                            """
                                    .formatted(wellAt),
                            new FunctionLimits(50, 128, 5_000),
                            Isolation.REQUEST);
            CallReport refused = callUntil(arena, id, Outcome.OVERLOADED);
            assertThat(refused.message()).contains("stopped").contains("is tried in");
            for (int i = 0; i < 20; i++) {
                callUntil(arena, id, Outcome.OK);
            }
            assertThat(arena.get(id).report().outcome()).isEqualTo(Outcome.OK);
        }
    }

    private static CallReport callUntil(Arena arena, RevisionId id, Outcome wanted) {
        while (true) {
            CallReport report = arena.get(id).report();
            if (report.outcome() == wanted) {
                return report;
            }
            LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
        }
    }
}
