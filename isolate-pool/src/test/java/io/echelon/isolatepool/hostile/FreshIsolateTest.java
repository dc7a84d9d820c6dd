package io.echelon.isolatepool.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.tenants.Isolation;
import io.echelon.tenants.RevisionId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** An isolate of {@code isolation: request} serves one request and no second. */
final class FreshIsolateTest {
    private static final int CALLS = 10_000;
    private static final int AT_A_TIME = 64;

    private static final String COUNTER =
            """
            let count = 0;
            globalThis.count = 0;
            Object.prototype.count ??= 0;
            export default {
              fetch: () => new Response(`${++count} ${++globalThis.count} ${++Object.prototype.count}`),
            };
            """;

    @Test
    void aCounterAnswersOneToEveryRequest() throws Exception {
        try (Arena arena = new Arena();
                ExecutorService callers = Executors.newFixedThreadPool(AT_A_TIME)) {
            RevisionId id = arena.install(COUNTER);
            List<Callable<Answer>> calls = new ArrayList<>();
            for (int i = 0; i < CALLS; i++) {
                calls.add(() -> arena.get(id));
            }
            for (Future<Answer> call : callers.invokeAll(calls)) {
                assertThat(call.get().text()).isEqualTo("1 1 1");
            }
        }
    }

    @Test
    void aSharedIsolateCountsOn() {
        try (Arena arena = new Arena()) {
            RevisionId id = arena.install(COUNTER, Arena.WIDE, Isolation.REVISION);
            assertThat(arena.get(id).text()).isEqualTo("1 1 1");
            assertThat(arena.get(id).text()).isEqualTo("2 2 2");
        }
    }
}
