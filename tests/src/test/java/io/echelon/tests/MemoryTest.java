package io.echelon.tests;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Requests and deployments leave nothing behind: isolates, revisions, threads and files return to
 * where they were after warming. {@code make soak} runs the same with many more of both and holds
 * the heap to it, too; docs/reliability.md has the figures.
 */
final class MemoryTest {
    private static final int REQUESTS = Integer.getInteger("echelon.soak.requests", 2_000);
    private static final int DEPLOYMENTS = Integer.getInteger("echelon.soak.deployments", 40);
    private static final int WARM_REQUESTS = Integer.getInteger("echelon.soak.warmRequests", 200);
    private static final int WARM_DEPLOYMENTS =
            Integer.getInteger("echelon.soak.warmDeployments", 12);
    private static final boolean LONG = Boolean.getBoolean("echelon.soak");
    private static final double GROWTH_MAX = 1.10;
    private static final int APPS = 4;
    private static final int CLIENTS = 8;
    private static final int ROUNDS = LONG ? 4 : 1;

    /**
     * Threads and files that come and go with what a JVM does besides; and contexts of ended
     * isolates, of which each thread that ran turns may hold its last.
     */
    private static final int SLACK = 12;

    private static final long STARTED = System.nanoTime();

    @TempDir private static Path home;
    private static Platform platform;

    private final AtomicInteger bundles = new AtomicInteger();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeAll
    static void start() throws Exception {
        platform = Platform.start(home);
    }

    @AfterAll
    static void stop() throws Exception {
        platform.stop();
    }

    @Test
    void whatRequestsAndDeploymentsTookReturns() throws Exception {
        deploy(WARM_DEPLOYMENTS);
        request(WARM_REQUESTS);
        Footprint node = settled(platform.node(0));
        Footprint control = Footprint.of(platform.controlPlane());
        double revisions = gauge("echelon_node_revisions");
        say("after warming", node, control);
        Footprint nodeAfter = node;
        Footprint controlAfter = control;
        for (int round = 1; round <= ROUNDS; round++) {
            deploy(DEPLOYMENTS / ROUNDS);
            request(REQUESTS / ROUNDS);
            nodeAfter = settled(platform.node(0));
            controlAfter = Footprint.of(platform.controlPlane());
            say("after round %d of %d".formatted(round, ROUNDS), nodeAfter, controlAfter);
        }
        if (LONG) {
            keepHistograms();
            assertThat(nodeAfter.heapBytes())
                    .as("the node's heap")
                    .isLessThan((long) (node.heapBytes() * GROWTH_MAX));
            assertThat(controlAfter.heapBytes())
                    .as("the control plane's heap")
                    .isLessThan((long) (control.heapBytes() * GROWTH_MAX));
        }
        assertThat(nodeAfter.contexts()).isLessThanOrEqualTo(isolates() + SLACK);
        assertThat(gauge("echelon_node_revisions")).isEqualTo(revisions);
        assertThat(nodeAfter.threads()).isLessThanOrEqualTo(node.threads() + SLACK);
        assertThat(nodeAfter.openFiles()).isLessThanOrEqualTo(node.openFiles() + SLACK);
        assertThat(controlAfter.threads()).isLessThanOrEqualTo(control.threads() + SLACK);
        assertThat(controlAfter.openFiles()).isLessThanOrEqualTo(control.openFiles() + SLACK);
    }

    private static void say(String when, Footprint node, Footprint control) {
        System.out.printf(
                "%s, %d s after start%n  node    %s%n  control %s%n",
                when, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - STARTED), node, control);
    }

    private static void keepHistograms() throws IOException, InterruptedException {
        Path folder = Files.createDirectories(Edge.ROOT.resolve("target/soak"));
        Files.writeString(folder.resolve("node.txt"), Footprint.histogram(platform.node(0)));
        Files.writeString(
                folder.resolve("control-plane.txt"), Footprint.histogram(platform.controlPlane()));
    }

    /** Measures once isolates that stood ready for more traffic have gone, or do not go. */
    private static Footprint settled(ProcessHandle process) throws Exception {
        Footprint last = null;
        for (int look = 0; look < 30; look++) {
            Footprint now = Footprint.of(process);
            boolean steady = last != null && now.contexts() == last.contexts();
            if (steady && now.contexts() <= isolates() + SLACK) {
                return now;
            }
            last = now;
            TimeUnit.SECONDS.sleep(1);
        }
        return last;
    }

    /** Isolates that the node knows of: how many are kept follows what was asked of them. */
    private static long isolates() throws IOException, InterruptedException {
        return (long) (gauge("echelon_node_isolates_idle") + gauge("echelon_node_isolates_busy"));
    }

    private static double gauge(String name) throws IOException, InterruptedException {
        return platform.metrics(0)
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    private void deploy(int count) throws Exception {
        Api api = platform.api();
        inParallel(
                APPS,
                count,
                number -> {
                    int app = number % APPS;
                    api.deploy(
                            "app" + app,
                            source(bundles.incrementAndGet()),
                            app % 2 == 0 ? "request" : "revision");
                });
    }

    /** A function that shares no name, text or shape with another one. */
    private static String source(int number) {
        StringBuilder source = new StringBuilder();
        for (int i = 0; i < 12; i++) {
            source.append(
                    """
                    const value_%1$d_%2$d = { name_%1$d_%2$d: "text %1$d %2$d", other_%1$d_%2$d: %2$d };
                    function make_%1$d_%2$d(x) { return { ...value_%1$d_%2$d, x, ["key" + %1$d]: /p%1$d_%2$d+/.test(x) }; }
                    """
                            .formatted(number, i));
        }
        return source.append(
                        """
                        export default {
                          fetch(request) {
                            const made = make_%1$d_7("p%1$d_7");
                            const url = new URL(request.url);
                            if (url.pathname === "/throw") throw new Error("number %1$d");
                            if (url.pathname === "/log") console.log(JSON.stringify(made));
                            if (url.pathname === "/loop") for (;;) made.x += "";
                            return new Response("%1$d " + made.name_%1$d_7);
                          },
                        };
                        """
                                .formatted(number))
                .toString();
    }

    private void request(int count) throws Exception {
        URI http = platform.http(0);
        inParallel(
                CLIENTS,
                count,
                number -> {
                    // Loops go to an app whose isolates serve one call each: others would end with
                    // it.
                    String path =
                            number % 5_000 == 4_998
                                    ? "/loop"
                                    : number % 50 == 49
                                            ? "/throw"
                                            : number % 20 == 19 ? "/log" : "/";
                    HttpResponse<String> response =
                            client.send(
                                    HttpRequest.newBuilder(http.resolve(path))
                                            .header(
                                                    "host",
                                                    "app%d.localhost".formatted(number % APPS))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString());
                    if (path.equals("/") && response.statusCode() != 200) {
                        throw new IllegalStateException(
                                response.statusCode() + " " + response.body());
                    }
                });
    }

    private interface Step {
        void run(int number) throws Exception;
    }

    private static void inParallel(int clients, int count, Step step) throws Exception {
        AtomicInteger next = new AtomicInteger();
        Callable<Void> client =
                () -> {
                    for (int number = next.getAndIncrement();
                            number < count;
                            number = next.getAndIncrement()) {
                        step.run(number);
                    }
                    return null;
                };
        try (ExecutorService threads = Executors.newFixedThreadPool(clients)) {
            List<Future<Void>> under = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                under.add(threads.submit(client));
            }
            for (Future<Void> one : under) {
                one.get();
            }
        }
    }
}
