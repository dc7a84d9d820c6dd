package io.echelon.cron;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.tenants.AppName;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FirstChoiceTest {
    private static final int CRONS = 3_000;
    private static final List<String> NODES = List.of("node-1", "node-2", "node-3");

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void eachNodeIsFirstSecondAndLastForAThirdOfTheCrons(int place) {
        for (String node : NODES) {
            FirstChoice choice = new FirstChoice(node, NODES);
            long count = 0;
            for (int i = 0; i < CRONS; i++) {
                Duration after = choice.after(cron("fleet-" + i / 100, "cron-" + i % 100));
                count += after.equals(FirstChoice.MOMENT.multipliedBy(place)) ? 1 : 0;
            }
            assertThat(count).isBetween(CRONS * 30L / 100, CRONS * 37L / 100);
        }
    }

    private static CronId cron(String app, String name) {
        return new CronId(World.TENANT, new AppName(app), name);
    }
}
