package io.echelon.deploycli;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.deploycli.Shell.Ending;
import org.junit.jupiter.api.Test;

final class QueueCommandTest extends CommandTest {
    private static final String TENANT = "/api/v1/tenants/default";
    private static final String QUEUE = TENANT + "/databases/shop/queue";

    @Test
    void listShowsWhereMessagesAre() {
        server.answer(
                "GET " + TENANT + "/queues",
                200,
                "{\"queues\":[{\"database\":\"shop\",\"waiting\":2,\"delivering\":1,\"dead\":3}]}");
        assertThat(shell.run("queue", "list").out())
                .containsPattern("DATABASE +WAITING +DELIVERING +DEAD")
                .containsPattern("shop +2 +1 +3");
        assertThat(shell.run("queue", "list", "--json").out())
                .isEqualTo("[{\"database\":\"shop\",\"waiting\":2,\"delivering\":1,\"dead\":3}]\n");
    }

    @Test
    void peekShowsMessagesOfAnAppOrADatabase() {
        String message =
                "{\"id\":\"00\",\"state\":\"dead\",\"due\":\"2026-01-31T12:00:00Z\",\"sent\":\"2026-01-31T11:00:00Z\",\"attempts\":6,\"value\":{\"job\":1}}";
        server.answer(
                "GET " + QUEUE + "?part=dead&limit=5",
                200,
                "{\"queue\":{},\"messages\":[%s]}".formatted(message));
        Ending ending = shell.run("queue", "peek", "shop", "--dead", "--limit", "5");
        assertThat(ending.exitCode()).as(ending.err()).isZero();
        assertThat(ending.out()).contains("DIED").contains("{\"job\":1}");
        assertThat(
                        shell.run("queue", "peek", "-d", "shop", "--dead", "--limit", "5", "--json")
                                .out())
                .isEqualTo("[%s]\n".formatted(message));
    }

    @Test
    void redriveAndPurgeSayHowManyMessagesTheyMoved() {
        server.answer("POST " + QUEUE + "/redrive", 200, "{\"messages\":3}");
        server.answer("DELETE " + QUEUE + "?part=dead", 200, "{\"messages\":2}");
        server.answer("DELETE " + QUEUE + "?part=live", 200, "{\"messages\":1}");
        assertThat(shell.run("queue", "redrive", "shop").out())
                .isEqualTo("3 messages are due again\n");
        assertThat(shell.run("queue", "purge", "shop", "--yes").out())
                .isEqualTo("2 messages are removed\n");
        assertThat(shell.run("queue", "purge", "--db", "shop", "--live", "-y", "--json").out())
                .isEqualTo("{\"messages\":1}\n");
    }

    @Test
    void refusesWrongUsageBeforeItAsksThePlatform() {
        assertThat(shell.run("queue").exitCode()).isEqualTo(2);
        assertThat(shell.run("queue", "peek").exitCode()).isEqualTo(2);
        assertThat(shell.run("queue", "peek", "a", "--db", "a").exitCode()).isEqualTo(2);
        assertThat(shell.run("queue", "redrive", "UPPER").exitCode()).isEqualTo(2);
        assertThat(shell.run("queue", "purge", "shop").err()).contains("say --yes");
        assertThat(server.requests()).isEmpty();
    }
}
