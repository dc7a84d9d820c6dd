package io.echelon.deploycli;

import static org.assertj.core.api.Assertions.assertThat;

import io.echelon.deploycli.Shell.Ending;
import java.io.IOException;
import java.nio.file.Files;
import org.junit.jupiter.api.Test;

final class KvCommandTest extends CommandTest {
    private static final String DB = "/api/v1/tenants/default/databases/shop";
    private static final String KEY = "?key=%5B%22a%22%2C1%5D";

    @Test
    void getPrintsTheValueOrWithJsonTheEntry() {
        server.answer(
                "GET " + DB + "/entry" + KEY,
                200,
                "{\"key\":[\"a\",1],\"value\":{\"$u64\":\"5\"},\"versionstamp\":\"00\"}");
        assertThat(shell.run("kv", "get", "--db", "shop", "[\"a\",1]").out())
                .isEqualTo("{\"$u64\":\"5\"}\n");
        assertThat(shell.run("kv", "get", "--app", "shop", "[\"a\",1]", "--json").out())
                .contains("\"versionstamp\":\"00\"");
        assertThat(shell.run("kv", "get", "--db", "other", "[\"a\",1]").exitCode()).isEqualTo(4);
    }

    @Test
    void setSendsTheValueAsItIsAndItsExpiryInMilliseconds() {
        server.answer(
                "PUT " + DB + "/entry" + KEY + "&expireIn=3600000",
                200,
                "{\"key\":[\"a\",1],\"versionstamp\":\"00\"}");
        Ending ending =
                shell.run(
                        "kv",
                        "set",
                        "-d",
                        "shop",
                        "[\"a\",1]",
                        "{ \"n\": 1 }",
                        "--expire-in",
                        "1h");
        assertThat(ending.exitCode()).as(ending.err()).isZero();
        assertThat(server.received().getLast().text()).isEqualTo("{ \"n\": 1 }");
    }

    @Test
    void refusesWrongUsageBeforeItAsksThePlatform() {
        assertThat(shell.run("kv").exitCode()).isEqualTo(2);
        assertThat(shell.run("kv", "get", "[\"a\"]").exitCode()).isEqualTo(2);
        assertThat(shell.run("kv", "get", "--db", "a", "--app", "a", "[]").exitCode()).isEqualTo(2);
        assertThat(shell.run("kv", "get", "--db", "UPPER", "[\"a\"]").exitCode()).isEqualTo(2);
        assertThat(shell.run("kv", "set", "--db", "a", "[\"a\"]", "text").err())
                .contains("quotes of its own");
        assertThat(
                        shell.run("kv", "set", "--db", "a", "[1]", "1", "--expire-in", "soon")
                                .exitCode())
                .isEqualTo(2);
        assertThat(shell.run("kv", "list", "--db", "a", "--limit", "0").exitCode()).isEqualTo(2);
        assertThat(shell.run("kv", "delete-database", "--db", "a").exitCode()).isEqualTo(2);
        assertThat(server.requests()).isEmpty();
    }

    @Test
    void listGoesThroughPagesUpToItsLimit() {
        server.answer(
                "GET " + DB + "/entries?reverse=true&limit=3",
                200,
                "{\"entries\":[{\"key\":[3],\"value\":3},{\"key\":[2],\"value\":2}],\"cursor\":\"c\"}");
        server.answer(
                "GET " + DB + "/entries?reverse=true&limit=1&cursor=c",
                200,
                "{\"entries\":[{\"key\":[1],\"value\":1}],\"cursor\":null}");
        Ending ending = shell.run("kv", "list", "--db", "shop", "--limit", "3", "--reverse");
        assertThat(ending.out()).isEqualTo("[3]\t3\n[2]\t2\n[1]\t1\n");
        assertThat(
                        shell.run(
                                        "kv",
                                        "list",
                                        "--db",
                                        "shop",
                                        "--limit",
                                        "3",
                                        "--reverse",
                                        "--json")
                                .out())
                .isEqualTo(
                        "[{\"key\":[3],\"value\":3},{\"key\":[2],\"value\":2},{\"key\":[1],\"value\":1}]\n");
    }

    @Test
    void exportLeavesNoFileBehindWhenItIsNotWhole() throws IOException {
        server.answer("GET " + DB + "/export", 200, "{\"key\":[1],\"value\":1}\n");
        Ending broken = shell.run("kv", "export", "--db", "shop", "-o", "shop.ndjson");
        assertThat(broken.exitCode()).isEqualTo(6);
        try (var files = Files.list(folder)) {
            assertThat(files).noneMatch(file -> file.toString().contains("shop.ndjson"));
        }
        String whole = "{\"key\":[1],\"value\":1}\n{\"exported\":1,\"oneState\":true}\n";
        server.answer("GET " + DB + "/export", 200, whole);
        assertThat(shell.run("kv", "export", "--db", "shop", "-o", "shop.ndjson").exitCode())
                .isZero();
        assertThat(folder.resolve("shop.ndjson")).hasContent(whole);

        server.answer("POST " + DB + "/import", 200, "{\"imported\":1}");
        assertThat(shell.run("kv", "import", "--db", "shop", "shop.ndjson").out())
                .isEqualTo("1 entries are written\n");
        assertThat(server.received().getLast().text()).isEqualTo(whole);
        assertThat(shell.piping(whole).run("kv", "import", "--db", "shop", "--json").out())
                .isEqualTo("{\"imported\":1}\n");
    }

    @Test
    void urlPrintsWhatDenoNeeds() {
        server.answer(
                "POST " + DB + "/tokens",
                201,
                "{\"url\":\"http://localhost:8080/kv/default/shop\",\"token\":\"ekv_x\",\"id\":\"i\",\"access\":\"read\"}");
        assertThat(shell.run("kv", "url", "--db", "shop", "--read-only").out())
                .isEqualTo("DENO_KV_ACCESS_TOKEN=ekv_x\nhttp://localhost:8080/kv/default/shop\n");
        assertThat(server.received().getLast().text()).isEqualTo("{\"access\":\"read\"}");
        assertThat(shell.run("kv", "url", "--db", "shop", "--json").out())
                .startsWith(
                        "{\"url\":\"http://localhost:8080/kv/default/shop\",\"token\":\"ekv_x\"");
    }

    @Test
    void everySubcommandHasHelpWithAnExample() {
        for (String name :
                new String[] {
                    "get",
                    "set",
                    "delete",
                    "list",
                    "export",
                    "import",
                    "databases",
                    "delete-database",
                    "url",
                    "tokens"
                }) {
            assertThat(shell.run("kv", name, "--help").out()).contains("Example");
        }
    }
}
