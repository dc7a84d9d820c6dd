package io.echelon.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A platform on one machine and nodes on two others, whose cables are cut and mended. Where network
 * namespaces are not permitted it is left out, and says so; {@link JoinTest} is what goes on one
 * machine.
 */
@Timeout(value = 15, unit = TimeUnit.MINUTES)
final class OtherMachinesTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String PLAIN = "export default { fetch: () => new Response('%s') };";
    private static final String STATEFUL =
            """
            export default {
              async fetch(request) {
                const kv = await Deno.openKv();
                const path = new URL(request.url).pathname;
                if (path === "/send") {
                  await kv.enqueue({});
                  return new Response("sent");
                }
                if (path === "/seen") {
                  const [messages, ticks] = await kv.getMany([["messages"], ["ticks"]]);
                  return new Response(`${messages.value ?? 0} ${ticks.value ? "ticks" : ""}`);
                }
                console.log("asked for " + path);
                await kv.atomic().sum(["n"], 1n).commit();
                return new Response("n=" + (await kv.get(["n"])).value.value);
              },
              async queue() {
                const kv = await Deno.openKv();
                await kv.atomic().sum(["messages"], 1n).commit();
              },
              async scheduled() {
                const kv = await Deno.openKv();
                await kv.set(["ticks"], true);
              },
            };""";

    @TempDir private static Path home;
    private static Network network;
    private static Network.Machine here;
    private static Platform platform;
    private static Edge edge;
    private static HttpClient client;

    @BeforeAll
    static void start() throws Exception {
        Optional<String> why = Network.impossible();
        Assumptions.assumeTrue(why.isEmpty(), () -> why.orElse(""));
        network = Network.make();
        here = network.machine("platform");
        platform =
                Platform.start(
                        new Edge(home, Map.of(), here.prefix()),
                        home.resolve("platform"),
                        "--cluster",
                        here.address(),
                        "--bind",
                        "0.0.0.0");
        edge =
                new Edge(
                        home,
                        Map.of(
                                "ECHELON_CONTROL",
                                "http://%s:%d"
                                        .formatted(
                                                here.outside(),
                                                URI.create(platform.control()).getPort()),
                                "ECHELON_TOKEN",
                                platform.token()));
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
        deploy("plain", PLAIN.formatted("first"), "");
        deploy(
                "stateful",
                STATEFUL,
                "\"crons\":[{\"name\":\"tick\",\"schedule\":\"*/2 * * * * *\"}]");
    }

    @AfterAll
    static void stop() throws Exception {
        if (platform != null) {
            client.shutdownNow();
            platform.stop();
        }
        if (network != null) {
            network.close();
        }
    }

    @Test
    void nodesOfOtherMachinesDoAllThatTheOthersDo() throws Exception {
        deploy("plain", PLAIN.formatted("all"), "");
        try (RunningNode one = join("one");
                RunningNode two = join("two")) {
            for (RunningNode node : List.of(one, two)) {
                assertThat(get(node, "plain", "/").body()).isEqualTo("all");
                assertThat(get(node, "stateful", "/of-" + node.name()).body()).startsWith("n=");
                assertThat(get(node, "stateful", "/send").body()).isEqualTo("sent");
            }
            Until.holds(() -> get(two, "stateful", "/seen").body().equals("2 ticks"));
            String logged = succeeds(edge.run("logs", "stateful", "--json")).out();
            assertThat(logged).contains("asked for /of-one").contains("asked for /of-two");
            assertThat(nodes()).contains("one", "two");
            succeeds(edge.run("node", "drain", "two"));
            Until.holds(() -> get(two, "nothing", READY).statusCode() == 503);
            succeeds(edge.run("node", "undrain", "two"));
            Until.holds(() -> get(two, "nothing", READY).statusCode() == 200);
            removed(one, two);
        }
    }

    @Test
    void aNodeThatIsCutOffServesWhatNeedsNoDatabaseSaysSoAndComesBack() throws Exception {
        Network.Machine machine = network.machine("cut");
        deploy("plain", PLAIN.formatted("before"), "");
        try (RunningNode node = join("cut")) {
            assertThat(get(node, "plain", "/").body()).isEqualTo("before");
            get(node, "stateful", "/");
            network.cut(machine);
            Until.holds(() -> get(node, "nothing", READY + "?store").statusCode() == 503);

            HttpResponse<String> ready = get(node, "nothing", READY);
            assertThat(ready.statusCode()).isEqualTo(200);
            assertThat(ready.headers().firstValue("x-echelon-store")).contains("away");
            assertThat(get(node, "plain", "/").body()).isEqualTo("before");
            HttpResponse<String> without = get(node, "stateful", "/");
            assertThat(without.statusCode()).isEqualTo(500);
            assertThat(metrics(node)).contains("echelon_store_reachable 0.0");
            assertThat(askedThere(node, "/q/health/ready", "")).contains("\"store\": \"away\"");
            Until.holds(() -> !nodes().contains("cut"));
            Edge.Result deployed = deploy("plain", PLAIN.formatted("meanwhile"), "");
            assertThat(deployed.err()).contains("cut").contains("AWAY");
            assertThat(get(node, "plain", "/").body()).isEqualTo("before");

            network.mend(machine);
            Until.holds(() -> get(node, "plain", "/").body().equals("meanwhile"));
            Until.holds(() -> get(node, "stateful", "/").statusCode() == 200);
            Until.holds(() -> nodes().contains("cut"));
            assertThat(get(node, "nothing", READY + "?store").statusCode()).isEqualTo(200);
            removed(node);
        }
    }

    @Test
    void aNodeThatIsKilledAndThePlatformsOwnComeBackByThemselves() throws Exception {
        try (RunningNode node = join("killed")) {
            get(node, "stateful", "/");
            node.killNode();
            Until.holds(() -> answers(node, "stateful"));

            platform.node(0).destroyForcibly();
            for (int i = 0; i < 20; i++) {
                assertThat(get(node, "plain", "/").statusCode()).isEqualTo(200);
            }
            Until.holds(() -> answers(node, "stateful"));
            Until.holds(() -> nodes().contains("node-1"));
            removed(node);
        }
    }

    @Test
    void aNodeBehindABadLineServes() throws Exception {
        Network.Machine machine = network.machine("slow");
        try (RunningNode node = join("slow")) {
            try (AutoCloseable _ = network.shake(machine)) {
                for (int i = 0; i < 5; i++) {
                    String version = "slow-" + i;
                    deploy("plain", PLAIN.formatted(version), "");
                    Until.holds(() -> get(node, "plain", "/").body().equals(version));
                    Until.holds(() -> answers(node, "stateful"));
                }
            }
            assertThat(get(node, "nothing", READY + "?store").statusCode()).isEqualTo(200);
            removed(node);
        }
    }

    @Test
    void aNodeThatIsRemovedWhileItIsCutOffEndsWhenItIsBack() throws Exception {
        Network.Machine machine = network.machine("lost");
        try (RunningNode node = join("lost")) {
            network.cut(machine);
            Until.holds(() -> get(node, "nothing", READY + "?store").statusCode() == 503);
            removed(node);
            assertThat(get(node, "plain", "/").statusCode()).isEqualTo(200);
            network.mend(machine);

            assertThat(node.awaitEnd()).isEqualTo(3);
            assertThat(node.errors()).contains("it was removed");
        }
    }

    private static final String READY = "/.well-known/echelon/ready";

    private static RunningNode join(String name) throws Exception {
        Network.Machine machine = network.machine(name);
        Path token = home.resolve(name + ".token");
        Files.writeString(
                token, succeeds(edge.run("node", "token", "--json")).json().path("token").asText());
        return RunningNode.start(
                home,
                machine.prefix(),
                "--join-file",
                token.toString(),
                "--control",
                "http://%s:%d".formatted(here.address(), URI.create(platform.control()).getPort()),
                "--data",
                home.resolve(name).toString(),
                "--name",
                name,
                "--listen",
                machine.address(),
                "--bind",
                "0.0.0.0",
                "--http",
                "0",
                "--https",
                "0");
    }

    private static void removed(RunningNode... nodes) throws Exception {
        for (RunningNode node : nodes) {
            succeeds(edge.run("node", "remove", node.name()));
        }
    }

    private static boolean answers(RunningNode node, String app) throws InterruptedException {
        try {
            return get(node, app, "/").statusCode() == 200;
        } catch (IOException away) {
            return false;
        }
    }

    /** What a node answers to a caller, whose way is another one than that of the platform. */
    private static HttpResponse<String> get(RunningNode node, String app, String path)
            throws IOException, InterruptedException {
        URI address =
                URI.create(
                        "http://%s:%d%s"
                                .formatted(
                                        network.machine(node.name()).outside(),
                                        node.http().getPort(),
                                        path));
        return client.send(
                HttpRequest.newBuilder(address)
                        .header("host", app + ".localhost")
                        .timeout(PATIENCE)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /** A node's metrics, asked for on its own machine, where its secret is. */
    private static String metrics(RunningNode node) throws Exception {
        return askedThere(
                node,
                "/q/metrics",
                Files.readString(home.resolve(node.name()).resolve("cluster-secret")).strip());
    }

    /** What a node's internal port answers, which its own machine alone reaches. */
    private static String askedThere(RunningNode node, String path, String secret)
            throws Exception {
        String program =
                """
                require("node:http").get("%s", { headers: { authorization: "Bearer %s" } },
                  (answer) => answer.pipe(process.stdout));"""
                        .formatted(node.internal().resolve(path), secret);
        List<String> command = new ArrayList<>(network.machine(node.name()).prefix());
        command.addAll(List.of("node", "-e", program));
        Process process = new ProcessBuilder(command).start();
        process.getOutputStream().close();
        String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isZero();
        return answer;
    }

    private static List<String> nodes() throws Exception {
        JsonNode nodes = succeeds(edge.run("nodes", "--json")).json();
        return Stream.of(nodes).flatMap(all -> all.findValuesAsText("id").stream()).toList();
    }

    private static Edge.Result deploy(String app, String source, String settings) throws Exception {
        Path folder = Files.createTempDirectory(home, app);
        Files.writeString(folder.resolve("main.js"), source);
        if (!settings.isEmpty()) {
            Files.writeString(
                    folder.resolve("edge.json"), "{\"name\":\"%s\",%s}".formatted(app, settings));
        }
        return succeeds(edge.run("deploy", folder.toString(), "--app", app));
    }

    private static Edge.Result succeeds(Edge.Result result) {
        assertThat(result.exitCode()).as(result.toString()).isZero();
        return result;
    }
}
