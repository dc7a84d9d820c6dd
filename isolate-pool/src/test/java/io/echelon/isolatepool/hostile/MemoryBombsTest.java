package io.echelon.isolatepool.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.RevisionId;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Several functions at once that want more than there is: the quotas of ten together exceed the
 * heap of the tests' JVM, which is 1 GiB.
 */
final class MemoryBombsTest {
    private static final FunctionLimits LIMITS = new FunctionLimits(20_000, 128, 600_000);

    private static final String BOMB =
            """
            export default {
              fetch() {
                const kept = [];
                for (;;) kept.push(new Float64Array(20000));
              },
            };
            """;

    @Test
    void theHeapIsOneGibibyte() {
        assertThat(Runtime.getRuntime().maxMemory()).isLessThanOrEqualTo(1L << 30);
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 10})
    void bombsAtOnceEndByTheirQuotaOrForTheHeapWhileANeighbourIsAnswered(int bombs) {
        try (Arena arena = new Arena();
                Neighbour neighbour = new Neighbour(arena)) {
            List<RevisionId> ids =
                    Stream.generate(() -> arena.install(BOMB, LIMITS, Isolation.REQUEST))
                            .limit(bombs)
                            .toList();
            int answeredBefore = neighbour.answered();
            List<Answer> answers = IntStream.range(0, bombs).mapToObj(_ -> new Answer()).toList();
            for (int i = 0; i < bombs; i++) {
                arena.start(ids.get(i), null, answers.get(i));
            }
            for (Answer answer : answers) {
                assertThat(answer.report().outcome()).isEqualTo(Outcome.EXCEEDED_MEMORY);
            }
            neighbour.awaitAnswerAfter(answeredBefore);
            assertThat(neighbour.failures()).isEmpty();
        }
    }
}
