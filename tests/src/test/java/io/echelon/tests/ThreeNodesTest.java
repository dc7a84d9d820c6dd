package io.echelon.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three nodes on one machine, each with a replica of both shards of the store: any one of them may
 * be missing.
 */
@Timeout(value = 5, unit = TimeUnit.MINUTES)
final class ThreeNodesTest {
    private static final int NODES = 3;
    private static final int PAGES = 12;

    /** However slow the machine is: a request that is lost has no answer at all. */
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration RESTART = Duration.ofMinutes(10);

    @TempDir private static Path home;
    private static Platform platform;
    private static Edge edge;

    private static Path backup;

    /** What a single node has written, in a backup, is what three begin with. */
    @BeforeAll
    static void start() throws Exception {
        Platform single = Platform.start(home, home.resolve("single"));
        single.api()
                .deploy(
                        "carried",
                        "export default { fetch: () => new Response('from one node') };",
                        "request");
        Edge before = single.edge(home);
        succeeds(
                before.run(
                        "deploy",
                        folder(
                                "carried-cron",
                                "Deno.cron('tick', '0 0 1 1 *', () => {}); export default { fetch: () => new Response() };"),
                        "--app",
                        "carried-cron"));
        succeeds(before.run("cron", "pause", "carried-cron", "tick"));
        succeeds(before.run("kv", "set", "--db", "shop", "[\"a\"]", "1", "--expire-in", "1d"));
        backup = home.resolve("platform.backup");
        succeeds(before.run("backup", backup.toString()));
        single.stop();
        platform =
                Platform.start(
                        home,
                        home.resolve("platform"),
                        "--nodes",
                        "3",
                        "--shards",
                        "2",
                        "--restore",
                        backup.toString());
        edge = platform.edge(home);
    }

    private static Edge.Result succeeds(Edge.Result result) {
        assertThat(result.exitCode()).as(result.toString()).isZero();
        return result;
    }

    @AfterAll
    static void stop() throws Exception {
        platform.stop();
    }

    private static void deploy(String app, String text) throws Exception {
        deployFolder(app, source(app, text));
    }

    /** A folder with a function that answers with a text. */
    private static String source(String app, String text) throws IOException {
        return folder(app, "export default { fetch: () => new Response('%s') };".formatted(text));
    }

    private static String folder(String app, String source) throws IOException {
        Path folder = Files.createTempDirectory(home, app);
        Files.writeString(folder.resolve("main.js"), source);
        return folder.toString();
    }

    private static void deploySource(String app, String source) throws Exception {
        deployFolder(app, folder(app, source));
    }

    private static void deployFolder(String app, String folder) throws Exception {
        succeeds(edge.run("deploy", folder, "--app", app));
    }

    @Test
    void aBackupIsOfOneStateAndWhatWasPausedOrExpiresStaysSo() throws Exception {
        assertThat(succeeds(edge.run("cron", "list", "carried-cron", "--json")).out())
                .contains("paused");
        assertThat(
                        succeeds(edge.run("kv", "get", "--db", "shop", "[\"a\"]", "--json"))
                                .json()
                                .has("expiresAt"))
                .isTrue();
        assertThat(
                        succeeds(edge.run("backup", "--check", backup.toString(), "--json"))
                                .json()
                                .path("databases")
                                .findValuesAsText("name"))
                .contains("system", "t.default.shop");
    }

    @Test
    void aDatabaseIsMovedBetweenShardsWhileNodesCountInIt() throws Exception {
        deployCounter();
        Until.holds(() -> count(0) > 0 && count(1) > 0 && count(2) > 0);
        // Where it lies is decided in its first second.
        Until.holds(
                () ->
                        edge.run("store", "databases", "--json")
                                .out()
                                .matches("(?s).*\"counter\",\"shard\":.,\"movingTo\":null.*"));
        long begun = count(0);
        AtomicBoolean ending = new AtomicBoolean();
        List<CompletableFuture<Long>> counting = new ArrayList<>();
        for (int node = 0; node < NODES; node++) {
            int asked = node;
            counting.add(CompletableFuture.supplyAsync(() -> countUntil(ending, asked)));
        }
        int moves = 4;
        for (int shard = 0; shard < moves; shard++) {
            succeeds(edge.run("store", "move", "default/counter", Integer.toString(shard % 2)));
        }
        ending.set(true);
        long counted = 0;
        for (CompletableFuture<Long> count : counting) {
            counted += count.get(60, TimeUnit.SECONDS);
        }
        assertThat(count(2)).isEqualTo(begun + counted + 1);
        assertThat(succeeds(edge.run("store", "databases", "--json")).out())
                .contains("\"database\":\"counter\",\"shard\":1,\"movingTo\":null");
        assertThat(succeeds(edge.run("store", "verify")).out())
                .contains("All 3 replicas have the same");
        Edge.Result none = edge.run("store", "move", "default/counter", "2");
        assertThat(none.exitCode()).as(none.toString()).isNotZero();
        assertThat(none.err()).contains("There is no shard 2; the store has 2");
        assertThat(edge.run("store", "move", "default/nothing", "1").exitCode()).isEqualTo(4);
        Path moved = home.resolve("moved.backup");
        succeeds(edge.run("backup", moved.toString()));
        assertThat(
                        succeeds(edge.run("backup", "--check", moved.toString(), "--json"))
                                .json()
                                .path("databases")
                                .findValuesAsText("name"))
                .contains("system", "t.default.counter")
                .doesNotHaveDuplicates();
    }

    /** Counts on a node; how often that was done. A request that is not answered fails. */
    private static long countUntil(AtomicBoolean ending, int node) {
        long counted = 0;
        while (!ending.get()) {
            String answer = body(node, "counter.localhost", "/");
            assertThat(answer).matches("[0-9]+");
            counted++;
        }
        return counted;
    }

    @Test
    void aBackupThatIsCutOffStartsNothingAndLeavesNothing() throws Exception {
        byte[] whole = Files.readAllBytes(backup);
        Path cut = home.resolve("cut.backup");
        Files.write(cut, Arrays.copyOf(whole, whole.length / 2));
        Path data = home.resolve("cut");
        Edge.Result up = Platform.up(edge, data, "--restore", cut.toString());
        assertThat(up.exitCode()).as(up.toString()).isEqualTo(1);
        assertThat(up.err()).contains("Nothing was restored", "before it is whole");
        assertThat(data.resolve("nodes")).doesNotExist();
        assertThat(data.resolve("restoring")).doesNotExist();
    }

    @Test
    void whatASingleNodeHadIsServedByAll() throws Exception {
        for (int node = 0; node < NODES; node++) {
            int asked = node;
            Until.holds(() -> platform.answer(asked, "carried.localhost").equals("from one node"));
        }
    }

    @Test
    void aDeploymentReachesEveryNodeAndAllAnswerTheSameHost() throws Exception {
        deploy("all", "everywhere");
        assertThat(platform.api().progress("all", "v1"))
                .contains("node-1", "node-2", "node-3", "event:done");
        for (int node = 0; node < NODES; node++) {
            int asked = node;
            Until.holds(() -> platform.answer(asked, "all.localhost").equals("everywhere"));
        }
        Edge.Result nodes = edge.run("nodes", "--json");
        assertThat(nodes.out()).contains("node-1", "node-2", "node-3");
    }

    @Test
    void functionsHaveOneDatabaseOnAllNodesAndTellEachOtherByWatch() throws Exception {
        deploySource(
                "counted",
                """
                export default {
                  async fetch(request, { KV }) {
                    if (request.url.endsWith("/await")) {
                      for await (const [{ value }] of KV.watch([["told"]])) if (value) return new Response(value);
                    }
                    if (request.url.endsWith("/tell")) await KV.set(["told"], "by the other");
                    await KV.atomic().sum(["n"], 1n).commit();
                    return new Response(String((await KV.get(["n"])).value));
                  },
                };
                """);
        String host = "counted.localhost";
        Until.holds(() -> !platform.answer(1, host).isEmpty());
        long before = Long.parseLong(platform.answer(1, host));
        assertThat(platform.answer(0, host)).isEqualTo(String.valueOf(before + 1));
        assertThat(platform.answer(1, host)).isEqualTo(String.valueOf(before + 2));
        for (int node = 0; node < 2; node++) {
            int watcher = node;
            CompletableFuture<String> told =
                    CompletableFuture.supplyAsync(() -> body(watcher, host, "/await"));
            assertThat(platform.get(1 - node, host, "/tell").statusCode()).isEqualTo(200);
            assertThat(told.get(60, TimeUnit.SECONDS)).isEqualTo("by the other");
        }
    }

    @Test
    void whatOneNodeCachesAllFindUntilOneDeletesItOrItsNodeStoodStill() throws Exception {
        deploySource(
                "cached",
                """
                export default {
                  async fetch(request) {
                    const { pathname: way, search: key } = new URL(request.url);
                    const page = `https://pages.example/${key}`;
                    if (way === "/delete") return Response.json(await caches.default.delete(page));
                    if (way !== "/match") await caches.default.put(page, new Response(way));
                    const found = await caches.default.match(page);
                    return new Response(found === undefined ? "none" : await found.text());
                  },
                };
                """);
        for (int node = 0; node < NODES; node++) {
            int from = node;
            Until.holds(() -> cached(from, "/old").equals(all("/old")) && areOnAllNodes("/old"));
        }
        ProcessHandle frozen = platform.node(1);
        signal("STOP", frozen);
        try {
            Until.holds(
                    () ->
                            cached(0, "/new").equals(all("/new"))
                                    && cached(2, "/match").equals(all("/new")));
        } finally {
            signal("CONT", frozen);
        }
        Until.holds(() -> !cached(1, "/match").contains("/old"));
        for (int node = 0; node < NODES; node++) {
            assertThat(cached(node, "/match")).doesNotContain("/old");
        }
        Until.holds(
                () -> cached(1, "/delete").stream().allMatch(List.of("true", "false")::contains));
        assertThat(areOnAllNodes("none")).isTrue();
    }

    /** What a node answers for each of some pages. */
    private static List<String> cached(int node, String way) {
        return IntStream.range(0, PAGES)
                .mapToObj(page -> body(node, "cached.localhost", way + "?" + page))
                .toList();
    }

    private static List<String> all(String text) {
        return Collections.nCopies(PAGES, text);
    }

    private static boolean areOnAllNodes(String text) {
        return IntStream.range(0, NODES).allMatch(node -> cached(node, "/match").equals(all(text)));
    }

    private static String body(int node, String host, String path) {
        try {
            return platform.get(node, host, path).body();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Counts one up on a node and returns the count; 0 when that was not done for certain. */
    private static long count(int node) throws InterruptedException {
        String answer = platform.answer(node, "counter.localhost");
        return answer.isEmpty() ? 0 : Long.parseLong(answer);
    }

    private static void deployCounter() throws Exception {
        deploySource(
                "counter",
                """
                export default {
                  async fetch(request, { KV }) {
                    await KV.atomic().sum(["n"], 1n).commit();
                    return new Response(String((await KV.get(["n"])).value));
                  },
                };
                """);
    }

    @Test
    void anyNodeMayDieAndIsBroughtUpToDateWhenItIsBack() throws Exception {
        deployCounter();
        deploy("mortal", "text 0");
        long counted = 0;
        for (int victim = 0; victim < NODES; victim++) {
            int dead = victim;
            String before = "text " + victim;
            String after = "text " + (victim + 1);
            Until.holds(() -> platform.answer(dead, "mortal.localhost").equals(before));
            platform.node(victim).destroyForcibly();
            if (victim == 1) {
                platform.controlPlane().destroyForcibly(); // its successor finds the others
            }
            for (int node = 0; node < NODES; node++) {
                if (node != victim) {
                    assertThat(platform.answer(node, "mortal.localhost")).isEqualTo(before);
                    long now = count(node);
                    assertThat(now).as("counted by node %d", node).isGreaterThan(counted);
                    counted = now;
                }
            }
            Until.holds(ThreeNodesTest::isControlled);
            deploy("mortal", after);
            assertThat(platform.answer((victim + 1) % NODES, "mortal.localhost")).isEqualTo(after);
            Until.holds(() -> platform.answer(dead, "mortal.localhost").equals(after));
            long back = count(victim);
            assertThat(back).as("counted by the node that died").isGreaterThan(counted);
            counted = back;
        }
    }

    private static boolean isControlled() {
        try {
            return platform.api().read("apps").isObject();
        } catch (IOException | IllegalStateException notYet) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    @Test
    void aSlowRevisionThatSleepsHereIsAnsweredWhereItIsAwakeAndHereWhenThatNodeDies()
            throws Exception {
        String host =
                SlowToBegin.deploy(platform, "slow")
                        .answeredBy(
                                (name, path) -> platform.get(0, name, path),
                                (name, path) -> platform.get(1, name, path));
        assertThat(platform.metrics(1))
                .containsPattern("echelon_node_forwarded_total\\{outcome=\"answered\"} [1-9]");
        String there = platform.get(0, host, "/").body();
        double countedThere = requestsOfSlow(0);
        double countedHere = requestsOfSlow(1);

        HttpResponse<String> thrown = platform.get(1, host, "/throw");
        assertThat(thrown.statusCode()).isEqualTo(500);
        assertThat(thrown.headers().firstValue("x-echelon-outcome")).contains("exception");
        String large = "0123456789".repeat(300_000);
        assertThat(send(to(1, host, "/echo").POST(BodyPublishers.ofString(large))).body())
                .isEqualTo(large);
        assertThat(send(to(1, host, "/url").header("authorization", "Bearer mine")).body())
                .isEqualTo("http://%s/url Bearer mine".formatted(host));
        assertThat(requestsOfSlow(0)).isEqualTo(countedThere + 3);
        assertThat(requestsOfSlow(1)).isEqualTo(countedHere);

        aRequestThatSomebodyElseHandsOnIsNotTaken(host);

        CompletableFuture<String> waiting =
                CompletableFuture.supplyAsync(() -> body(1, host, "/wait"));
        TimeUnit.SECONDS.sleep(1);
        platform.node(0).destroyForcibly();
        assertThat(waiting.get(60, TimeUnit.SECONDS)).hasSameSizeAs(there).isNotEqualTo(there);
        Until.holds(() -> platform.answer(0, "slow.localhost").equals("1"));
    }

    private static double requestsOfSlow(int node) throws Exception {
        return platform.metrics(node)
                .lines()
                .filter(line -> line.startsWith("echelon_requests_total{"))
                .filter(line -> line.contains("app=\"slow\""))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }

    private static void aRequestThatSomebodyElseHandsOnIsNotTaken(String host) throws Exception {
        for (URI port : List.of(platform.internal(0), platform.http(0))) {
            HttpResponse<String> refused =
                    send(
                            HttpRequest.newBuilder(port.resolve("/forward"))
                                    .header("x-echelon-forward-revision", "default/slow/v1")
                                    .header("x-echelon-forward-id", "0".repeat(26))
                                    .header("x-echelon-forward-scheme", "https")
                                    .header("x-echelon-forward-host", host)
                                    .header("x-echelon-forward-target", "/"));
            assertThat(refused.statusCode()).as(port.toString()).isBetween(400, 499);
            assertThat(refused.headers().firstValue("x-echelon-revision")).isEmpty();
        }
    }

    private static HttpRequest.Builder to(int node, String host, String path) {
        return HttpRequest.newBuilder(platform.http(node).resolve(path)).header("host", host);
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            return client.send(
                    request.timeout(Duration.ofSeconds(60)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void aFrozenNodeHoldsNothingUpIsNamedAndCatchesUp() throws Exception {
        deployCounter();
        Until.holds(() -> count(2) > 0);
        ProcessHandle frozen = platform.node(1);
        signal("STOP", frozen);
        try {
            Until.holds(() -> count(0) > 0);
            Until.holds(() -> count(2) > 0);
            Edge.Result deployed =
                    edge.run("deploy", source("late", "late"), "--app", "late", "--json");
            assertThat(deployed.exitCode()).as(deployed.toString()).isZero();
            assertThat(deployed.json().path("away").toString()).isEqualTo("[\"node-2\"]");
            assertThat(platform.answer(0, "late.localhost")).isEqualTo("late");
        } finally {
            signal("CONT", frozen);
        }
        Until.holds(() -> platform.answer(1, "late.localhost").equals("late"));
    }

    @Test
    void aNodeThatLostItsReplicaGetsANewOneFromTheOthers() throws Exception {
        deployCounter();
        Until.holds(() -> count(1) > 0);
        Path node = platform.data().resolve("nodes/node-2");
        Files.move(node.resolve("kv"), home.resolve("lost"));
        platform.node(1).destroyForcibly();
        Until.holds(() -> count(0) > 0);
        long counted = count(0);
        Edge.Result none =
                edge.run("store", "replace", "node-9", "--data", platform.data().toString());
        assertThat(none.exitCode()).as(none.toString()).isEqualTo(4);
        succeeds(edge.run("store", "replace", "node-2", "--data", platform.data().toString()));
        assertThat(count(1)).isGreaterThan(counted);
        assertThat(node.resolve("kv.node-2-r2")).isDirectory();
        assertThat(node.resolve("kv")).doesNotExist();
        assertThat(succeeds(edge.run("store", "status")).out())
                .contains("node-2-r2", "leader", "follower");
        assertThat(succeeds(edge.run("store", "verify")).out())
                .contains("All 3 replicas have the same");
        assertThat(platform.metrics(1))
                .contains("echelon_store_applied_lag", "echelon_store_commits_total");
    }

    @Test
    @Timeout(value = 15, unit = TimeUnit.MINUTES)
    void restartingAllNodesInTurnLosesNoRequest() throws Exception {
        deploy("steady", "still here");
        for (int node = 0; node < NODES; node++) {
            int asked = node;
            Until.holds(() -> platform.answer(asked, "steady.localhost").equals("still here"));
        }
        List<ProcessHandle> before = processes();
        try (SteadyLoad load =
                new SteadyLoad(platform, NODES, "steady.localhost", 60, 6, PATIENCE)) {
            Edge.Result restarted =
                    edge.run(RESTART, "restart", "--data", platform.data().toString());
            assertThat(restarted.exitCode()).as(restarted.toString()).isZero();
            assertThat(load.take()).isNotEmpty().allMatch(SteadyLoad.Answer::isGood);
        }
        assertThat(processes()).doesNotContainAnyElementsOf(before);
        Until.holds(ThreeNodesTest::isControlled);
    }

    private static List<ProcessHandle> processes() throws IOException {
        List<ProcessHandle> processes = new ArrayList<>();
        for (int node = 0; node < NODES; node++) {
            processes.add(platform.node(node));
        }
        return processes;
    }

    private static void signal(String name, ProcessHandle process) throws Exception {
        String pid = Long.toString(process.pid());
        assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
    }
}
