package io.echelon.cron;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.tenants.AppName;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FirstChoiceTest {
    private static final int CRONS = 3_000;
    private static final Instant NOW = World.START;
    private static final List<FiringNode> NODES =
            List.of(since("node-1", 1_000), since("node-2", 2_000), since("node-3", 3_000));

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void eachNodeIsFirstSecondAndLastForAThirdOfTheCrons(int place) {
        for (FiringNode node : NODES) {
            assertThat(count(node, NODES, place)).isBetween(share(30), share(37));
        }
    }

    @Test
    void nodesThatBeginTogetherShareAsEver() {
        List<FiringNode> fresh =
                List.of(since("node-1", 0), since("node-2", 0), since("node-3", 0));
        for (FiringNode node : fresh) {
            assertThat(count(node, fresh, 0)).isBetween(share(30), share(37));
        }
    }

    @ParameterizedTest
    @CsvSource({"0, 0, 0", "40, 9, 13", "80, 20, 25", "120, 31, 36"})
    void aNewNodeIsGivenItsCronsOverTwoMinutes(int seconds, int least, int most) {
        FiringNode third = since("node-3", seconds);
        List<FiringNode> nodes = List.of(NODES.get(0), NODES.get(1), third);
        assertThat(count(third, nodes, 0)).isBetween(share(least), share(most));
        assertThat(nodes.stream().mapToLong(node -> count(node, nodes, 0)).sum()).isEqualTo(CRONS);
    }

    @Test
    void whoIsNotKnownToTheOthersComesAfterThem() {
        assertThat(count(since("node-4", 0), NODES, 3)).isEqualTo(CRONS);
    }

    private static long count(FiringNode node, List<FiringNode> nodes, int place) {
        FirstChoice choice = new FirstChoice(node.id(), nodes);
        return IntStream.range(0, CRONS)
                .mapToObj(i -> choice.after(cron("fleet-" + i / 100, "cron-" + i % 100), NOW))
                .filter(FirstChoice.MOMENT.multipliedBy(place)::equals)
                .count();
    }

    private static long share(int percent) {
        return (long) CRONS * percent / 100;
    }

    private static FiringNode since(String id, long seconds) {
        return new FiringNode(id, NOW.minusSeconds(seconds));
    }

    private static CronId cron(String app, String name) {
        return new CronId(World.TENANT, new AppName(app), name);
    }
}
