package io.echelon.deploycli;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.deploycli.Shell.Ending;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class IdentityCommandsTest extends CommandTest {
    private static final String TENANT = "/api/v1/tenants/acme";
    private static final String TOKEN =
            "{\"id\":\"5f0c3a9b1e2d4c6f\",\"token\":\"eat_secret\",\"label\":\"ci\",\"expiresAt\":\"2027-01-01T00:00:00Z\"}";

    @BeforeEach
    void prepare() {
        shell.set("ECHELON_TENANT", "acme");
    }

    @Test
    void tenantsAreMadeListedAndDeleted() {
        server.answer("PUT " + TENANT, 201, "{\"name\":\"acme\"}");
        server.answer(
                "GET /api/v1/tenants",
                200,
                "{\"tenants\":[{\"name\":\"acme\",\"createdAt\":\"2026-01-01T00:00:00.5Z\"}]}");
        server.answer("DELETE " + TENANT, 204, "");

        assertThat(shell.run("tenants", "create", "acme").exitCode()).isZero();
        assertThat(shell.run("tenants", "list").out())
                .isEqualTo("TENANT  CREATED\nacme    2026-01-01T00:00:00Z\n");
        assertThat(shell.run("tenants", "delete", "acme").exitCode()).isZero();
        assertThat(shell.run("tenants", "delete", "other").exitCode()).isEqualTo(4);
    }

    @Test
    void aNewMembersTokenStandsAloneOnTheOutput() {
        server.answer("POST " + TENANT + "/members", 201, TOKEN);

        Ending ending = shell.run("members", "add", "ada@example.com", "--role", "developer");

        assertThat(ending.out()).isEqualTo("eat_secret\n");
        assertThat(ending.err()).contains("shown this once").doesNotContain("eat_secret");
        assertThat(server.received().getLast().text())
                .isEqualTo("{\"name\":\"ada@example.com\",\"role\":\"developer\"}");
    }

    @Test
    void aMemberIsInvitedByMailWithoutAToken() {
        server.answer(
                "POST " + TENANT + "/members",
                201,
                "{\"member\":\"ada\",\"role\":\"viewer\",\"mail\":\"ada@example.com\",\"token\":null}");
        server.answer("PUT " + TENANT + "/members/ada", 204, "");

        Ending ending =
                shell.run("members", "add", "ada", "--role", "viewer", "--mail", "Ada@Example.com");

        assertThat(ending.out()).isEqualTo("ada@example.com\n");
        assertThat(server.received().getLast().text())
                .isEqualTo("{\"name\":\"ada\",\"role\":\"viewer\",\"mail\":\"ada@example.com\"}");
        assertThat(shell.run("members", "role", "ada", "viewer", "--mail", "").exitCode()).isZero();
        assertThat(server.received().getLast().text())
                .isEqualTo("{\"role\":\"viewer\",\"mail\":\"\"}");
        assertThat(
                        shell.run("members", "add", "eve", "--role", "viewer", "--mail", "eve")
                                .exitCode())
                .isEqualTo(2);
    }

    @Test
    void rolesAreChangedAndMembersRemoved() {
        server.answer("PUT " + TENANT + "/members/ada%40example.com", 204, "");
        server.answer("DELETE " + TENANT + "/members/ada%40example.com", 204, "");

        assertThat(shell.run("members", "role", "ada@example.com", "admin").exitCode()).isZero();
        assertThat(server.received().getLast().text()).isEqualTo("{\"role\":\"admin\"}");
        assertThat(shell.run("members", "remove", "ada@example.com").exitCode()).isZero();
    }

    @Test
    void aServicesTokenNamesItsRights() {
        server.answer("POST " + TENANT + "/tokens", 201, TOKEN);

        Ending ending =
                shell.run(
                        "tokens",
                        "create",
                        "--label",
                        "ci",
                        "--right",
                        "apps:deploy",
                        "--right",
                        "logs:read",
                        "--app",
                        "shop",
                        "--expires",
                        "30");

        assertThat(ending.out()).isEqualTo("eat_secret\n");
        assertThat(server.received().getLast().text())
                .isEqualTo(
                        "{\"label\":\"ci\",\"rights\":[\"apps:deploy\",\"logs:read\"],\"app\":\"shop\",\"expiresInDays\":30}");
    }

    @Test
    void refusesWrongUsageBeforeItAsksThePlatform() {
        assertThat(shell.run("members", "add", "ada", "--role", "king").exitCode()).isEqualTo(2);
        assertThat(shell.run("members", "add", "Ada!", "--role", "viewer").exitCode()).isEqualTo(2);
        assertThat(shell.run("tokens", "create", "--label", "x").exitCode()).isEqualTo(2);
        assertThat(shell.run("tokens", "create", "--label", "x", "--right", "apps:deplo").err())
                .contains("apps:deploy");
        assertThat(shell.run("tokens").exitCode()).isEqualTo(2);
        assertThat(shell.run("audit", "--limit", "0").exitCode()).isEqualTo(2);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void whatIsNotAllowedEndsWithThree() {
        server.answer(
                "GET " + TENANT + "/tokens",
                403,
                "{\"error\":{\"code\":\"PERMISSION_DENIED\",\"message\":\"This needs the right tokens:write\"}}");

        Ending ending = shell.run("tokens", "list");

        assertThat(ending.exitCode()).isEqualTo(3);
        assertThat(ending.err()).contains("tokens:write").doesNotContain("edge login");
    }

    @Test
    void theOperatorReadsAllAudits() {
        server.answer(
                "GET /api/v1/audit?limit=100",
                200,
                "{\"changes\":[{\"tenant\":\"acme\",\"time\":\"2026-01-01T00:00:00Z\",\"actor\":\"unknown\",\"from\":\"192.0.2.1\",\"action\":\"signIn.refused\",\"target\":\"/sign-in\",\"outcome\":\"REFUSED\",\"before\":null,\"after\":{\"count\":7}}],\"cursor\":null}");

        assertThat(shell.run("audit", "--all").out())
                .contains("TENANT")
                .contains(
                        "acme    unknown  192.0.2.1  signIn.refused  /sign-in  REFUSED  -       {\"count\":7}");
    }

    @Test
    void theAuditIsReadPageByPage() {
        String change =
                "{\"time\":\"2026-01-01T00:00:00Z\",\"actor\":\"member ada\",\"from\":\"192.0.2.1\",\"action\":\"apps.promote\",\"target\":\"/api/v1/tenants/acme/apps/shop/promote\",\"outcome\":\"DONE\",\"before\":{\"production\":\"v1\"},\"after\":{\"production\":\"v2\"}}";
        server.answer(
                "GET " + TENANT + "/audit?limit=2",
                200,
                "{\"changes\":[%s],\"cursor\":\"c\"}".formatted(change));
        server.answer(
                "GET " + TENANT + "/audit?limit=1&cursor=c",
                200,
                "{\"changes\":[%s],\"cursor\":null}".formatted(change));

        assertThat(shell.run("audit", "--limit", "2").out())
                .contains("member ada  192.0.2.1  apps.promote  acme/apps/shop/promote  DONE")
                .contains("{\"production\":\"v1\"}  {\"production\":\"v2\"}")
                .hasLineCount(3);
    }
}
