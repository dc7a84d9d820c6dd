package io.echelon.isolatepool.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.isolatepool.BodySource;
import io.echelon.isolatepool.Call;
import io.echelon.isolatepool.CallReport;
import io.echelon.tenants.FunctionLimits;
import io.echelon.tenants.Isolation;
import io.echelon.tenants.Outcome;
import io.echelon.tenants.RevisionId;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Callers that send nothing, or take nothing, hold up nobody but themselves. */
final class HostileCallersTest {
    private static final FunctionLimits LIMITS = new FunctionLimits(1_000, 128, 2_000);

    private static final String ANSWERS_FOREVER =
            """
            export default {
              fetch: () => new Response(new ReadableStream({
                pull: (controller) => controller.enqueue(new Uint8Array(100000)),
              })),
            };
            """;

    private static final String READS_ALL =
            "export default { fetch: async (request) => new Response(await request.text()) }";

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

    @Test
    void anAnswerThatNeverEndsCostsNothingWhileNobodyTakesIt() {
        RevisionId id = arena.install(ANSWERS_FOREVER, LIMITS, Isolation.REQUEST);
        Answer answer = new Answer(Answer.Taking.NEVER);
        Call call = arena.start(id, null, answer);
        answer.awaitFirstPiece();
        neighbour.awaitAnswerAfter(neighbour.answered());
        call.cancel();
        CallReport report = answer.report();
        assertThat(report.outcome()).isEqualTo(Outcome.CANCELED);
        assertThat(report.peakMemoryBytes()).isLessThan((long) LIMITS.memoryMb() << 20);
        arena.remove(id);
    }

    @Test
    void aBodyThatNeverComesEndsByTheTimeLimit() {
        RevisionId id =
                arena.install(READS_ALL, new FunctionLimits(1_000, 128, 300), Isolation.REQUEST);
        SilentBody body = new SilentBody();
        Answer answer = new Answer();
        arena.start(id, body, answer);
        assertThat(answer.report().outcome()).isEqualTo(Outcome.EXCEEDED_WALL_TIME);
        neighbour.awaitAnswerAfter(neighbour.answered());
        arena.remove(id);
    }

    @Test
    void aHundredSilentCallersDoNotHoldUpAnother() {
        RevisionId id = arena.install(READS_ALL, LIMITS, Isolation.REQUEST);
        Answer[] answers = new Answer[100];
        for (int i = 0; i < answers.length; i++) {
            answers[i] = new Answer();
            arena.start(id, new SilentBody(), answers[i]);
        }
        neighbour.awaitAnswerAfter(neighbour.answered());
        for (Answer answer : answers) {
            assertThat(answer.report().outcome()).isEqualTo(Outcome.EXCEEDED_WALL_TIME);
        }
        arena.remove(id);
    }

    @AfterEach
    void theNeighbourIsWell() {
        assertThat(neighbour.failures()).isEmpty();
    }

    /** A body whose caller says nothing. */
    private static final class SilentBody implements BodySource {
        @Override
        public CompletionStage<byte @Nullable []> read() {
            return new CompletableFuture<>();
        }

        @Override
        public void cancel() {}
    }
}
