package io.echelon.deploycli;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.deploycli.Shell.Ending;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class UsageCommandTest extends CommandTest {
    private static final String USAGE = "GET /api/v1/tenants/acme/usage";
    private static final String POINT =
            "{\"time\":\"2026-11-21T14:00:00Z\",\"requests\":12,\"outcomes\":{\"ok\":10,\"exception\":2},\"cpuMs\":1500,\"gbMs\":250,\"egressBytes\":2000000,\"ingressBytes\":0,\"coldStarts\":1,\"kvReads\":3,\"kvWrites\":4,\"kvGbHours\":0.5,\"p50Ms\":0.25,\"p99Ms\":12}";

    @BeforeEach
    void prepare() {
        shell.set("ECHELON_TENANT", "acme");
    }

    @Test
    void usageIsATableOfSteps() {
        server.answer(
                USAGE + "?app=shop&from=2h&step=minute",
                200,
                "{\"points\":[%s],\"total\":%s,\"cursor\":null}".formatted(POINT, POINT));

        Ending ending = shell.run("usage", "--app", "shop", "--since", "2h", "--step", "minute");

        assertThat(ending.err()).isEmpty();
        assertThat(ending.out().lines().toList())
                .hasSize(3)
                .element(1)
                .asString()
                .matches(
                        "2026-11-21T14:00:00Z +12 +2 +1\\.500 +0\\.250 +2\\.000 +0\\.000 +1 +3 +4 +0\\.500 +0\\.250 +12\\.000");
    }

    @Test
    void usageByAppIsGatheredFromAllPages() {
        server.answer(
                USAGE + "?from=24h&step=hour&groupBy=app",
                200,
                "{\"points\":[],\"total\":%1$s,\"series\":[{\"app\":\"a\",\"points\":[],\"total\":%1$s}],\"cursor\":\"a\"}"
                        .formatted(POINT));
        server.answer(
                USAGE + "?from=24h&step=hour&groupBy=app&cursor=a",
                200,
                "{\"points\":[],\"total\":%1$s,\"series\":[{\"app\":\"b\",\"points\":[],\"total\":%1$s}],\"cursor\":null}"
                        .formatted(POINT));

        Ending ending = shell.run("usage", "--by-app");

        assertThat(ending.out()).contains("APP ").contains("\na ").contains("\nb ");
    }

    @Test
    void usageIsCommaSeparatedOnDemand() {
        server.answer(
                USAGE + "?from=24h&step=hour", 200, "time,requests\r\n2026-11-21T14:00:00Z,12\r\n");

        assertThat(shell.run("usage", "--csv").out())
                .isEqualTo("time,requests\n2026-11-21T14:00:00Z,12\n");
    }

    @Test
    void aStepThatIsNoneIsWrongUsage() {
        assertThat(shell.run("usage", "--step", "week").exitCode()).isEqualTo(2);
    }
}
