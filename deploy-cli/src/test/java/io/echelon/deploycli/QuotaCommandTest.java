package io.echelon.deploycli;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.deploycli.Shell.Ending;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class QuotaCommandTest extends CommandTest {
    private static final String QUOTAS = "/api/v1/tenants/acme/quotas";
    private static final String ANSWER =
            "{\"plan\":\"small\",\"overrides\":{\"apps\":5,\"databases\":2},\"quotas\":[{\"name\":\"apps\",\"limit\":5,\"used\":3,\"unit\":\"apps\",\"source\":\"tenant\"},{\"name\":\"cronsPerApp\",\"limit\":2,\"used\":null,\"unit\":\"crons\",\"source\":\"plan\"}]}";

    @BeforeEach
    void prepare() {
        server.answer("GET " + QUOTAS, 200, ANSWER);
        server.answer("PUT " + QUOTAS, 200, ANSWER);
        server.answer(
                "GET /api/v1/plans",
                200,
                "{\"plans\":[{\"name\":\"small\",\"limits\":{\"apps\":1}}]}");
        server.answer(
                "PUT /api/v1/plans/small", 200, "{\"name\":\"small\",\"limits\":{\"apps\":9}}");
    }

    @Test
    void quotasAreShownWithTheirUse() {
        Ending ending = shell.run("quota", "show", "--tenant", "acme");

        assertThat(ending.out().lines().toList())
                .hasSize(3)
                .anyMatch(line -> line.matches("apps +5 +3 +apps +tenant"))
                .anyMatch(line -> line.matches("cronsPerApp +2 +- +crons +plan small"));
    }

    @Test
    void whatIsNotNamedStaysWhenATenantsQuotasAreSet() {
        Ending ending =
                shell.run(
                        "quota",
                        "set",
                        "--tenant",
                        "acme",
                        "requestsPerSecond=500",
                        "databases=default",
                        "plan=big");

        assertThat(ending.exitCode()).isZero();
        assertThat(server.received().getLast().text())
                .isEqualTo(
                        "{\"plan\":\"big\",\"overrides\":{\"apps\":5,\"requestsPerSecond\":500}}");
    }

    @Test
    void aPlansQuotasAreSet() {
        assertThat(shell.run("quota", "set", "--plan", "small", "apps=9").out())
                .contains("Plan small is {\"apps\":9}");
        assertThat(server.received().getLast().text()).isEqualTo("{\"limits\":{\"apps\":9}}");
    }

    @Test
    void whatIsNoQuotaIsWrongUsage() {
        assertThat(shell.run("quota", "set", "aps=1").exitCode()).isEqualTo(2);
        assertThat(shell.run("quota", "set", "apps").exitCode()).isEqualTo(2);
        assertThat(shell.run("quota", "set", "apps=many").exitCode()).isEqualTo(2);
        assertThat(shell.run("quota", "set", "apps=-1").exitCode()).isEqualTo(2);
        assertThat(server.received()).isEmpty();
    }
}
