package io.echelon.isolatepool.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.tenants.Outcome;
import io.echelon.tenants.RevisionId;
import io.echelon.tenants.TenantName;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A tenant's flood of calls stands in its own line. */
final class FloodTest {
    private static final String HELLO =
            "console.log('made'); export default { fetch: () => new Response('hello') }";
    private static final int FLOOD = 900;

    @Test
    void anothersCallsAreAnsweredWhileTheFloodWaits() {
        try (Arena arena = new Arena()) {
            RevisionId loud = arena.install(new TenantName("loud"), HELLO);
            RevisionId calm = arena.install(new TenantName("calm"), HELLO);
            arena.takeLog();
            List<Answer> flood = IntStream.range(0, FLOOD).mapToObj(_ -> new Answer()).toList();
            flood.forEach(answer -> arena.start(loud, null, answer));
            for (int i = 0; i < 3; i++) {
                assertThat(arena.get(calm).report().outcome()).isEqualTo(Outcome.OK);
            }
            assertThat(arena.takeLog()).hasSizeLessThan(FLOOD / 2);
            assertThat(flood)
                    .allSatisfy(
                            answer -> assertThat(answer.report().outcome()).isEqualTo(Outcome.OK));
        }
    }
}
