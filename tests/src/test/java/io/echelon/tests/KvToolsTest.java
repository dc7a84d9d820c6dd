package io.echelon.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code edge kv} against a running platform. */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class KvToolsTest {
    @TempDir private static Path home;
    private static Platform platform;
    private static Edge edge;

    @BeforeAll
    static void start() throws Exception {
        platform = Platform.start(home);
        edge = platform.edge(home);
    }

    @AfterAll
    static void stop() throws Exception {
        platform.stop();
    }

    private static Edge.Result kv(int exitCode, String... arguments) throws Exception {
        String[] all = new String[arguments.length + 1];
        all[0] = "kv";
        System.arraycopy(arguments, 0, all, 1, arguments.length);
        Edge.Result result = edge.run(all);
        assertThat(result.exitCode()).as(result.toString()).isEqualTo(exitCode);
        return result;
    }

    @Test
    void entriesAreWrittenReadListedAndDeleted() throws Exception {
        kv(0, "set", "--db", "shop", "[\"a\",1]", "{\"n\":{\"$bigint\":\"9007199254740993\"}}");
        kv(0, "set", "--db", "shop", "[\"a\",2]", "2", "--expire-in", "1d");
        assertThat(kv(0, "get", "--db", "shop", "[\"a\",1]").out())
                .isEqualTo("{\"n\":{\"$bigint\":\"9007199254740993\"}}\n");
        assertThat(kv(0, "get", "--db", "shop", "[\"a\",2]", "--json").json().has("expiresAt"))
                .isTrue();
        assertThat(kv(0, "list", "--db", "shop", "--prefix", "[\"a\"]", "--reverse").out())
                .startsWith("[\"a\",2]\t2\n[\"a\",1]\t");
        kv(4, "get", "--db", "shop", "[\"b\"]");
        kv(2, "get", "--db", "shop", "no json");
        kv(5, "set", "--db", "shop", "[\"big\"]", "\"" + "x".repeat(65_536) + "\"");
        assertThat(kv(0, "databases").out()).contains("shop");
        kv(0, "delete", "--db", "shop", "[\"a\",1]");
        kv(4, "get", "--db", "shop", "[\"a\",1]");
    }

    @Test
    void anExportIsImportedElsewhereAsItWas() throws Exception {
        kv(
                0,
                "set",
                "--db",
                "from",
                "[\"v\",{\"$bytes\":\"AP8=\"}]",
                "{\"$map\":[[1,{\"$ref\":0}]]}");
        kv(0, "set", "--db", "from", "[\"u\"]", "{\"$u64\":\"5\"}", "--expire-in", "1h");
        Path file = home.resolve("from.ndjson");
        kv(0, "export", "--db", "from", "--output", file.toString());
        assertThat(Files.readString(file)).contains("{\"exported\":2,\"oneState\":");
        assertThat(
                        kv(0, "import", "--db", "to", file.toString(), "--json")
                                .json()
                                .get("imported")
                                .asInt())
                .isEqualTo(2);
        Path again = home.resolve("to.ndjson");
        kv(0, "export", "--db", "to", "--output", again.toString());
        assertThat(Files.readString(again)).isEqualTo(Files.readString(file));
        kv(0, "delete-database", "--db", "to", "--yes");
        assertThat(kv(0, "databases").out()).contains("from").doesNotContain("to ");
    }

    @Test
    void whatAFunctionWroteIsShownAndWhatIsWrittenHereTheFunctionReads() throws Exception {
        Path folder = Files.createDirectory(home.resolve("keeper"));
        Files.writeString(
                folder.resolve("main.js"),
                """
                const kv = await Deno.openKv();
                export default {
                  async fetch() {
                    await kv.set(["wrote"], new Map([["when", new Date(0)], ["n", [1n, undefined, "ü€"]]]));
                    await kv.atomic().sum(["count"], 2n).commit();
                    const { value } = await kv.get(["given"]);
                    return new Response(`${value.bytes instanceof Uint8Array} ${value.big + 1n} ${[...value.set]}`);
                  },
                };
                """);
        Edge.Result deployed = edge.run("deploy", folder.toString(), "--app", "keeper");
        assertThat(deployed.exitCode()).as(deployed.toString()).isZero();
        kv(
                0,
                "set",
                "--app",
                "keeper",
                "[\"given\"]",
                "{\"bytes\":{\"$bytes\":\"AP8=\"},\"big\":{\"$bigint\":\"41\"},\"set\":{\"$set\":[1,\"a\"]}}");
        assertThat(platform.get(0, "keeper.localhost", "/").body()).isEqualTo("true 42 1,a");
        assertThat(kv(0, "get", "--app", "keeper", "[\"wrote\"]").out())
                .isEqualTo(
                        "{\"$map\":[[\"when\",{\"$date\":\"1970-01-01T00:00:00Z\"}],[\"n\",[{\"$bigint\":\"1\"},{\"$undefined\":true},\"ü€\"]]]}\n");
        assertThat(kv(0, "get", "--app", "keeper", "[\"count\"]").out())
                .isEqualTo("{\"$u64\":\"2\"}\n");
        assertThat(kv(0, "databases", "--json").out()).contains("\"name\":\"keeper\"");
    }

    @Test
    void databasesHoldNoMoreThanTheQuotaWhoeverWritesAndTheRefusalSaysWhy() throws Exception {
        Path folder = Files.createDirectory(home.resolve("hoarder"));
        Files.writeString(
                folder.resolve("main.js"),
                """
                const kv = await Deno.openKv();
                export default {
                  async fetch(request) {
                    const key = ["kept", crypto.randomUUID()];
                    try {
                      if (new URL(request.url).pathname === "/message") await kv.enqueue("x".repeat(20_000), { delay: 3_600_000 });
                      else await kv.set(key, "x".repeat(20_000));
                      return new Response("kept");
                    } catch (error) {
                      return new Response(`${error.constructor.name}: ${error.message}`);
                    }
                  },
                };
                """);
        Edge.Result deployed = edge.run("deploy", folder.toString(), "--app", "hoarder");
        assertThat(deployed.exitCode()).as(deployed.toString()).isZero();
        assertThat(platform.get(0, "hoarder.localhost", "/").body()).isEqualTo("kept");
        assertThat(kv(0, "databases", "--json").out())
                .containsPattern(
                        "\"name\":\"hoarder\",\"tokens\":0,\"empty\":false,\"bytes\":200\\d\\d,\"entries\":1,");
        quota("kvBytes=10000");
        try {
            Until.holds(() -> !platform.get(0, "hoarder.localhost", "/").body().equals("kept"));
            for (String path : List.of("/", "/message")) {
                assertThat(platform.get(0, "hoarder.localhost", path).body())
                        .startsWith("Error: The commit would add 20,")
                        .contains("quota kvBytes allows 10,000", "delete something");
            }
            String text = "\"" + "y".repeat(9_000) + "\"";
            assertThat(kv(5, "set", "--app", "hoarder", "[\"mine\"]", text).err())
                    .contains("quota kvBytes allows 10,000");
            assertThat(edge.run("quota", "show", "--tenant", "default").out())
                    .containsPattern("kvBytes +10000 +\\d{5,}");
            kv(0, "delete-database", "--db", "hoarder", "--yes");
            kv(0, "set", "--app", "hoarder", "[\"mine\"]", "1");
        } finally {
            quota("kvBytes=default");
        }
        Until.holds(() -> platform.get(0, "hoarder.localhost", "/").body().equals("kept"));
    }

    private static void quota(String change) throws Exception {
        Edge.Result result = edge.run("quota", "set", "--tenant", "default", change);
        assertThat(result.exitCode()).as(result.toString()).isZero();
    }
}
