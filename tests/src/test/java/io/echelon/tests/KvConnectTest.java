package io.echelon.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Databases as real clients open them: {@code @deno/kv} on Node, and Deno itself; on the node that
 * has the store, and on one that reaches it over the network.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class KvConnectTest {
    private static final Path CLIENTS = Edge.ROOT.resolve("tests/kv-conformance");
    private static final long PATIENCE_SECONDS = 120;

    @TempDir private static Path home;
    private static Platform platform;
    private static Edge edge;

    @BeforeAll
    static void start() throws Exception {
        platform = Platform.start(home, home.resolve("platform"), "--nodes", "2");
        edge = platform.edge(home);
    }

    @AfterAll
    static void stop() throws Exception {
        platform.stop();
    }

    @Test
    void theDenoPackageFindsOnNodeWhatItReliesOn() throws Exception {
        JsonNode opened = url("for-node");
        assertThat(run(List.of("node", "cases.mjs"), opened, opened.get("url").asText()))
                .contains("hold")
                .doesNotContain("FAILED");
    }

    @Test
    void denoItselfFindsWhatItReliesOnInTheClearAndByTlsOnAnotherNode() throws Exception {
        JsonNode opened = url("for-deno");
        String inTheClear = opened.get("url").asText();
        for (String address : List.of(inTheClear, at(platform.https(1), inTheClear))) {
            assertThat(run(denoRun("cases.mjs"), opened, address))
                    .contains("hold")
                    .doesNotContain("FAILED");
        }
    }

    @Test
    void functionsAndDenoReadWhatTheOtherWrote() throws Exception {
        Path folder = Files.createDirectories(home.resolve("values"));
        Files.copy(CLIENTS.resolve("values.mjs"), folder.resolve("values.mjs"));
        Files.writeString(
                folder.resolve("main.mjs"),
                """
                import { check, write } from "./values.mjs";

                export default {
                  async fetch(request, env) {
                    if (request.url.endsWith("/write")) await write(env.KV, "function");
                    else return Response.json(await check(env.KV, "deno"));
                    return Response.json([]);
                  },
                };
                """);
        Files.writeString(
                folder.resolve("edge.json"),
                "{ \"main\": \"main.mjs\", \"limits\": { \"cpuMs\": 20000 } }");
        Edge.Result deployed = edge.run("deploy", folder.toString(), "--app", "values");
        assertThat(deployed.exitCode()).as(deployed.toString()).isZero();
        JsonNode opened = url("values");
        assertThat(platform.get("values.localhost", "/write").body()).isEqualTo("[]");
        assertThat(runDeno(opened, "values.mjs", "check")).contains("check: hold");
        assertThat(runDeno(opened, "values.mjs", "write")).contains("write: hold");
        assertThat(platform.get("values.localhost", "/check").body()).isEqualTo("[]");
    }

    @Test
    void aTokenIsShownOnceAndOpensNothingOnceItIsRevoked() throws Exception {
        JsonNode opened = url("revoked");
        String token = opened.get("token").asText();
        for (int node = 0; node < 2; node++) {
            String address = at(platform.http(node), opened.get("url").asText());
            assertThat(platform.exchange(address, token)).isEqualTo(200);
        }
        Edge.Result list = edge.run("kv", "tokens", "--db", "revoked", "--json");
        assertThat(list.out()).contains(opened.get("id").asText()).doesNotContain(token);
        Edge.Result revoked =
                edge.run("kv", "tokens", "--db", "revoked", "--revoke", opened.get("id").asText());
        assertThat(revoked.exitCode()).as(revoked.toString()).isZero();
        String url = opened.get("url").asText();
        String elsewhere = at(platform.http(1), url);
        Until.holds(() -> platform.exchange(url, token) == 401);
        Until.holds(() -> platform.exchange(elsewhere, token) == 401);
        assertThat(
                        edge.run(
                                        "kv",
                                        "tokens",
                                        "--db",
                                        "revoked",
                                        "--revoke",
                                        opened.get("id").asText())
                                .exitCode())
                .isEqualTo(4);
        try (Stream<Path> logs = Files.walk(platform.data().resolve("logs"))) {
            for (Path log : logs.filter(Files::isRegularFile).toList()) {
                assertThat(Files.readString(log)).as(log.toString()).doesNotContain(token);
            }
        }
    }

    private static String runDeno(JsonNode opened, String... program)
            throws IOException, InterruptedException {
        return run(denoRun(program), opened, opened.get("url").asText());
    }

    private static List<String> denoRun(String... program) throws IOException {
        List<String> command = new ArrayList<>(List.of(deno().toString(), "run"));
        command.addAll(List.of("--no-check", "--no-lock", "--no-config", "--unstable-kv", "-A"));
        command.addAll(List.of(program));
        return command;
    }

    /** The address that a database has at another node. */
    private static String at(URI node, String url) {
        return "%s://localhost:%d%s"
                .formatted(node.getScheme(), node.getPort(), URI.create(url).getPath());
    }

    private static JsonNode url(String database) throws IOException, InterruptedException {
        Edge.Result result = edge.run("kv", "url", "--db", database, "--json");
        assertThat(result.exitCode()).as(result.toString()).isZero();
        return result.json();
    }

    private static String run(List<String> command, JsonNode opened, String url)
            throws IOException, InterruptedException {
        Path out = Files.createTempFile(home, "client", ".txt");
        ProcessBuilder builder =
                new ProcessBuilder(command)
                        .directory(CLIENTS.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(out.toFile());
        builder.environment()
                .putAll(
                        Map.of(
                                "HOME",
                                home.toString(),
                                "KV_URL",
                                url,
                                "DENO_KV_ACCESS_TOKEN",
                                opened.get("token").asText(),
                                "DENO_DIR",
                                home.resolve("deno").toString(),
                                "DENO_NO_UPDATE_CHECK",
                                "1",
                                "DENO_CERT",
                                platform.data().resolve("ca/ca.pem").toString()));
        Process process = builder.start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return Files.readString(out);
    }

    /** The binary in the npm package, which exists for some machines only. */
    private static Path deno() throws IOException {
        try (Stream<Path> packages = Files.list(CLIENTS.resolve("node_modules/@deno"))) {
            List<Path> binaries =
                    packages.map(folder -> folder.resolve("deno"))
                            .filter(Files::isExecutable)
                            .toList();
            Assumptions.assumeFalse(
                    binaries.isEmpty(), "no binary of Deno in npm for this machine");
            return binaries.getFirst();
        }
    }
}
