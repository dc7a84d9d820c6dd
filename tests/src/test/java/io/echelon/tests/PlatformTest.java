package io.echelon.tests;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.equalTo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The first things that a user does, with real processes: up, deploy, call, roll back, down. */
final class PlatformTest {
    private static final Path EXAMPLES = Edge.ROOT.resolve("docs/examples");

    @TempDir private static Path home;
    private static OwnCertificate own;
    private static Authorities authorities;
    private static Platform platform;
    private static Edge edge;

    @BeforeAll
    static void start() throws Exception {
        own = OwnCertificate.of(home, "localhost", "www.boutique.example");
        authorities = Authorities.start(home, own);
        platform = Platform.start(home, authorities.environment());
        edge = platform.edge(home);
    }

    @AfterAll
    static void stop() throws Exception {
        authorities.close();
        platform.stop();
    }

    private static Edge.Result deploy(String name, String source) throws Exception {
        Path folder = Files.createDirectories(home.resolve(name));
        Files.writeString(folder.resolve("main.js"), source);
        return edge.run("deploy", folder.toString(), "--app", name, "--json");
    }

    private static String answering(String text) {
        return "export default { fetch: () => new Response('%s') };".formatted(text);
    }

    private static void deployExample(String name) throws Exception {
        Edge.Result result =
                edge.run("deploy", EXAMPLES.resolve(name).toString(), "--app", name, "--json");
        assertThat(result.exitCode()).as(result.toString()).isZero();
    }

    @Test
    void aDeployedFunctionAnswersOverHttps() throws Exception {
        deployExample("hello-ts");
        HttpResponse<String> response = platform.get("hello-ts.localhost", "/");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().firstValue("x-echelon-outcome")).hasValue("ok");
        assertThat(response.headers().firstValue("x-echelon-revision")).hasValue("v1");
        assertThat(response.headers().firstValue("x-echelon-request-id")).isPresent();
    }

    @Test
    void webAssemblyCommandsAnswer() throws Exception {
        deployExample("wasm-c");
        assertThat(platform.get("wasm-c.localhost", "/").statusCode()).isEqualTo(200);
        deployExample("wasm-rust");
        assertThat(platform.get("wasm-rust.localhost", "/path?a=b").body())
                .isEqualTo("Hello from Rust: GET /path?a=b\n");
    }

    @Test
    void aFunctionKeepsWhatItCounts() throws Exception {
        deployExample("kv-counter");
        for (int visits = 1; visits <= 3; visits++) {
            assertThat(platform.get("kv-counter.localhost", "/a").body())
                    .isEqualTo("/a was visited %d times\n".formatted(visits));
        }
        assertThat(platform.get("kv-counter.localhost", "/?all").body())
                .isEqualTo("{\"/a\":\"3\"}");
    }

    @Test
    void aMessageComesAndComesAgainWhenItsNodeWasKilled() throws Exception {
        deployExample("queue");
        assertThat(platform.post(0, "queue.localhost", "/?job=first")).isEqualTo(202);
        Until.holds(() -> platform.answer(0, "queue.localhost").equals("{\"first\":1}"));

        String slow =
                """
                const kv = await Deno.openKv();
                kv.listenQueue(async () => {
                  const { value } = await kv.get(["begun"]);
                  await kv.atomic().sum(["begun"], 1n).commit();
                  if (value === null) await new Promise((done) => setTimeout(done, 100_000)); // killed meanwhile
                  await kv.atomic().sum(["done"], 1n).commit();
                });
                export default {
                  async fetch(request) {
                    if (request.method === "POST") await kv.enqueue("work");
                    const [begun, done] = await kv.getMany([["begun"], ["done"]]);
                    return new Response(`${begun.value} ${done.value}`);
                  },
                };
                """;
        Edge.Result deployed = deploy("slow", slow);
        assertThat(deployed.exitCode()).as(deployed.toString()).isZero();
        assertThat(platform.post(0, "slow.localhost", "/")).isEqualTo(200);
        Until.holds(() -> platform.answer(0, "slow.localhost").startsWith("1 "));
        assertThat(edge.run("queue", "peek", "slow", "--json").out())
                .contains("\"state\":\"delivering\"");
        ProcessHandle node = platform.node(0);
        node.destroyForcibly();
        node.onExit().get(30, TimeUnit.SECONDS);
        Until.holds(() -> platform.answer(0, "slow.localhost").equals("2 1"));
        Until.holds(() -> edge.run("queue", "list", "--json").out().strip().equals("[]"));
    }

    @Test
    void whatOneAppSendsToANamedQueueAnotherTakesAndWhatFailsIsKeptApart() throws Exception {
        deployWith(
                "shop",
                "{\"queues\": {\"producers\": [{\"binding\": \"ORDERS\", \"queue\": \"orders\"}]}}",
                """
                export default {
                  async fetch(request, { ORDERS }) {
                    await ORDERS.sendBatch([{ body: "book" }, { body: "bomb" }]);
                    return new Response("sent");
                  },
                };
                """);
        deployWith(
                "packer",
                """
                {"queues": {"consumers": [
                  {"queue": "orders", "maxRetries": 1, "retryDelayMs": 10, "deadLetterQueue": "orders-dead"},
                  {"queue": "orders-dead"}
                ]}}""",
                """
                export default {
                  async queue({ queue, messages }, { KV }) {
                    for (const message of messages) {
                      if (queue === "orders" && message.body === "bomb") message.retry();
                      else await KV.set(["done", queue, message.body], message.attempts);
                    }
                  },
                  async fetch(request, { KV }) {
                    const done = [];
                    for await (const { key } of KV.list({ prefix: ["done"] })) done.push(`${key[1]}: ${key[2]}`);
                    return new Response(done.join());
                  },
                };
                """);
        assertThat(platform.answer(0, "shop.localhost")).isEqualTo("sent");
        Until.holds(
                () ->
                        platform.answer(0, "packer.localhost")
                                .equals("orders: book,orders-dead: bomb"));
        Until.holds(() -> !edge.run("queue", "list", "--json").out().contains("orders"));
    }

    private static void deployWith(String name, String configuration, String source)
            throws Exception {
        Path folder = Files.createDirectories(home.resolve(name));
        Files.writeString(folder.resolve("edge.json"), configuration);
        Edge.Result deployed = deploy(name, source);
        assertThat(deployed.exitCode()).as(deployed.toString()).isZero();
    }

    @Test
    void aRequestMayBeAnsweredLater() throws Exception {
        Edge.Result deployed =
                deploy(
                        "later",
                        "export default { fetch: async (request) => new Response(`made of ${await request.text()}`, { status: 201 }) };");
        assertThat(deployed.exitCode()).as(deployed.toString()).isZero();
        HttpResponse<String> accepted = platform.postLater(0, "later.localhost", "/make", "wood");
        assertThat(accepted.statusCode()).as(accepted.body()).isEqualTo(202);
        String location = accepted.headers().firstValue("location").orElseThrow();
        Until.holds(
                () ->
                        platform.get(0, "later.localhost", location)
                                .body()
                                .contains("\"state\":\"done\""));
        HttpResponse<String> response = platform.get(0, "later.localhost", location + "/response");
        assertThat(response.statusCode()).isEqualTo(201);
        assertThat(response.body()).isEqualTo("made of wood");
        assertThat(platform.get(0, "later.localhost", location + "x").statusCode()).isEqualTo(404);
    }

    @Test
    void aStaticSiteAnswers() throws Exception {
        deployExample("static-site");
        HttpResponse<String> response = platform.get("static-site.localhost", "/");
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).contains("<html");
    }

    @Test
    void rollingBackServesTheRevisionBefore() throws Exception {
        assertThat(deploy("turns", answering("one")).exitCode()).isZero();
        assertThat(platform.get("turns.localhost", "/").body()).isEqualTo("one");
        assertThat(deploy("turns", answering("two")).exitCode()).isZero();
        assertThat(platform.get("turns.localhost", "/").body()).isEqualTo("two");
        assertThat(platform.get("turns--v1.localhost", "/").body()).isEqualTo("one");
        assertThat(edge.run("rollback", "turns", "--json").exitCode()).isZero();
        assertThat(platform.get("turns.localhost", "/").body()).isEqualTo("one");

        Edge.Result split = edge.run("promote", "turns", "v2", "--percent", "25");
        assertThat(split.out()).as(split.toString()).contains("v1 75 %, v2 25 %");
        Until.holds(() -> twosOfAHundred() == 25);
        assertThat(edge.run("revisions", "turns").out()).contains("75 %").contains("25 %");
        assertThat(edge.run("rollback", "turns").exitCode()).isZero();
        Until.holds(() -> twosOfAHundred() == 0);
    }

    private static int twosOfAHundred() throws Exception {
        int twos = 0;
        for (int i = 0; i < 100; i++) {
            twos += platform.get("turns.localhost", "/").body().equals("two") ? 1 : 0;
        }
        return twos;
    }

    @Test
    void aDeploymentThatFailsChangesNothing() throws Exception {
        assertThat(deploy("steady", answering("old")).exitCode()).isZero();
        Edge.Result broken = deploy("steady", "throw new Error('no start');");
        assertThat(broken.exitCode()).as(broken.toString()).isEqualTo(1);
        Edge.Result unparsable = deploy("steady", "export default {");
        assertThat(unparsable.exitCode()).as(unparsable.toString()).isEqualTo(1);
        assertThat(unparsable.out() + unparsable.err()).contains("main.js");
        assertThat(platform.get("steady.localhost", "/").body()).isEqualTo("old");
    }

    @Test
    void limitsAreAnsweredWithTheirStatusAndNoTrace() throws Exception {
        assertThat(deploy("loops", "export default { fetch() { for (;;); } };").exitCode())
                .isZero();
        HttpResponse<String> response = platform.get("loops.localhost", "/");
        assertThat(response.statusCode()).isEqualTo(503);
        assertThat(response.headers().firstValue("x-echelon-outcome")).hasValue("exceededCpu");
        assertThat(response.body()).contains("requestId").doesNotContain("main.js", "java.");
    }

    @Test
    void anUnknownAppIsNotFound() throws Exception {
        HttpResponse<String> response = platform.get("nobody.localhost", "/");
        assertThat(response.statusCode()).isEqualTo(404);
        assertThat(edge.run("revisions", "nobody", "--json").exitCode()).isEqualTo(4);
    }

    @Test
    void wrongUsageAndWrongTokensHaveTheirExitCodes() throws Exception {
        assertThat(edge.run("deploy", "--no-such-option").exitCode()).isEqualTo(2);
        Edge stranger =
                new Edge(
                        home,
                        Map.of("ECHELON_CONTROL", platform.control(), "ECHELON_TOKEN", "wrong"));
        assertThat(stranger.run("apps", "--json").exitCode()).isEqualTo(3);
        Edge nowhere =
                new Edge(
                        home,
                        Map.of("ECHELON_CONTROL", "http://127.0.0.1:1", "ECHELON_TOKEN", "x"));
        assertThat(nowhere.run("apps", "--json").exitCode()).isEqualTo(6);
    }

    @Test
    void aMemberDoesWhatItsRoleSaysInItsTenantAlone() throws Exception {
        assertThat(edge.run("tenants", "create", "team").exitCode()).isZero();
        Edge.Result added = edge.run("members", "add", "ada", "--role", "viewer", "-t", "team");
        assertThat(added.exitCode()).as(added.toString()).isZero();
        Edge ada =
                new Edge(
                        home,
                        Map.of(
                                "ECHELON_CONTROL",
                                platform.control(),
                                "ECHELON_TOKEN",
                                added.out().strip()));
        assertThat(ada.run("apps", "-t", "team").exitCode()).isZero();
        assertThat(ada.run("apps").exitCode()).isEqualTo(4);
        Edge.Result denied = ada.run("members", "add", "eve", "--role", "viewer", "-t", "team");
        assertThat(denied.exitCode()).as(denied.toString()).isEqualTo(3);
        assertThat(edge.run("audit", "-t", "team").out()).contains("members.add");
        assertThat(edge.run("members", "remove", "ada", "-t", "team").exitCode()).isZero();
        assertThat(ada.run("apps", "-t", "team").exitCode()).isEqualTo(3);
    }

    @Test
    void aSecretReachesItsFunctionAndNoFile() throws Exception {
        String canary = "canary-" + UUID.randomUUID();
        assertThat(
                        deploy(
                                        "keeper",
                                        "export default { fetch: (_, env) => new Response(env.KEY === undefined ? 'none' : 'of ' + env.KEY.length) };")
                                .exitCode())
                .isZero();
        assertThat(platform.get("keeper.localhost", "/").body()).isEqualTo("none");
        Edge.Result set = edge.run("secret", "set", "keeper", "KEY=" + canary);
        assertThat(set.exitCode()).as(set.toString()).isZero();
        assertThat(set.out()).contains("keeper v2").doesNotContain(canary);
        assertThat(platform.get("keeper.localhost", "/").body()).isEqualTo("of 43");
        assertThat(edge.run("secret", "list", "keeper").out())
                .contains("KEY")
                .doesNotContain(canary);
        assertThat(edge.run("rollback", "keeper").exitCode()).isZero();
        assertThat(platform.get("keeper.localhost", "/").body()).isEqualTo("none");
        try (Stream<Path> files = Files.walk(platform.data())) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(has(file, canary)).as(file.toString()).isFalse();
            }
        }
    }

    /** Whether a file has a text; the store may have deleted it meanwhile. */
    private static boolean has(Path file, String text) throws IOException {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).contains(text);
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    @Test
    void aHostOfAnAppsOwnIsShownToBeTheOwnersAndHasItsCertificate() throws Exception {
        String host = "www.boutique.example";
        assertThat(deploy("boutique", answering("ours")).exitCode()).isZero();
        authorities.issue(platform.http(0).getPort());
        JsonNode record = domains("add", "boutique", host).at("/record");
        Edge.Result early = edge.run("domains", "verify", "boutique", host);
        assertThat(early.exitCode()).as(early.toString()).isEqualTo(1);
        assertThat(early.err()).contains("does not say " + record.path("value").asText());
        authorities.say(record.path("name").asText(), record.path("value").asText());
        assertThat(domains("verify", "boutique", host).path("state").asText())
                .isEqualTo("VERIFIED");
        Until.holds(() -> platform.answer(0, host).equals("ours"));

        String chain = own.certificate().toString();
        domains("certificate", "boutique", host, "--cert", chain, "--key", own.key().toString());
        Until.holds(() -> answersBy(own.certificate(), host));
        domains("set", "boutique", host, "--http", "redirect", "--hsts", "60");
        Until.holds(() -> platform.get(0, host, "/a?b").statusCode() == 308);
        assertThat(platform.get(0, host, "/a?b").headers().firstValue("location"))
                .hasValue("https://www.boutique.example/a?b");

        Path root = authorities.root();
        assertThat(domains("certificate", "boutique", host, "--acme").at("/certificate/source"))
                .hasToString("\"ACME\"");
        Until.holds(() -> answersBy(root, host));
        assertThat(platform.get(root, host, "/").headers().firstValue("strict-transport-security"))
                .hasValue("max-age=60");
        domains("remove", "boutique", host);
        Until.holds(() -> platform.get(0, host, "/").statusCode() == 404);
    }

    private static JsonNode domains(String... arguments) throws Exception {
        Edge.Result result =
                edge.run(
                        Stream.concat(
                                        Stream.of("domains"),
                                        Stream.concat(Stream.of(arguments), Stream.of("--json")))
                                .toArray(String[]::new));
        assertThat(result.exitCode()).as(result.toString()).isZero();
        return result.json();
    }

    /** Whether a host answers with a certificate that comes from another. */
    private static boolean answersBy(Path trusted, String host) throws Exception {
        try {
            return platform.get(trusted, host, "/").body().equals("ours");
        } catch (SSLHandshakeException another) {
            return false;
        }
    }

    @Test
    void theApiKnowsItsOwnerAlone() throws Exception {
        assertThat(deploy("listed", answering("here")).exitCode()).isZero();
        String apps = platform.control() + "/api/v1/tenants/default/apps";
        given().get(apps).then().statusCode(401);
        given().auth().oauth2("wrong").get(apps).then().statusCode(401);
        given().auth()
                .oauth2(platform.token())
                .get(apps + "/listed")
                .then()
                .statusCode(200)
                .body("name", equalTo("listed"))
                .body("production", equalTo("v1"));
        given().auth()
                .oauth2(platform.token())
                .get(platform.control() + "/api/v1/nodes")
                .then()
                .statusCode(200);
    }

    @Test
    void aSecondPlatformOnTheSameDataIsRefused() throws Exception {
        Edge.Result second = Platform.up(new Edge(home, Map.of()), platform.data());
        assertThat(second.exitCode()).as(second.toString()).isEqualTo(1);
        assertThat(second.out() + second.err()).contains(platform.data().toString());
        assertThat(platform.get("nobody.localhost", "/").statusCode()).isEqualTo(404);
    }

    @Test
    void configurationIsReadAgainAndWhatIsWrongIsRefused() throws Exception {
        new Operations(home, platform).changeSettings();
    }

    @Test
    void diagnosticsSayHowProcessesAreDoingAndNothingSecret() throws Exception {
        new Operations(home, platform).diagnose();
    }

    @Test
    void theDashboardAndTheAlertsAskForMetricsThatThereAre() throws Exception {
        new Operations(home, platform).compareMetrics();
    }

    @Test
    void aNodeIsNotReachedByCtrlCAndSharesTheProcessorsWithItsPlatform() throws Exception {
        List<String> supervisor = groupAndSession(platform.supervisor());
        List<String> node = groupAndSession(platform.node(0));
        assertThat(node.getFirst()).isEqualTo(String.valueOf(platform.node(0).pid()));
        assertThat(node.getLast()).isEqualTo(supervisor.getLast());
    }

    @Test
    void nodesAndTheControlPlaneStartFromTheCachesOfTheBuild() throws Exception {
        assertThat(mapped(platform.node(0))).contains("/deploy-cli/target/edge/node.aot");
        assertThat(mapped(platform.controlPlane()))
                .contains("/deploy-cli/target/edge/control-plane.aot");
    }

    /** The files that a process has in memory: a cache that does not fit is not among them. */
    private static String mapped(ProcessHandle process) throws IOException {
        return Files.readString(Path.of("/proc", String.valueOf(process.pid()), "maps"));
    }

    /** A process's group and session, as {@code proc_pid_stat(5)} has them. */
    private static List<String> groupAndSession(ProcessHandle process) throws IOException {
        String state = Files.readString(Path.of("/proc", String.valueOf(process.pid()), "stat"));
        String[] fields = state.substring(state.lastIndexOf(')') + 2).split(" ", 5);
        return List.of(fields[2], fields[3]);
    }
}
