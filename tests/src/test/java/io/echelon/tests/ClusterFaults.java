package io.echelon.tests;

import io.echelon.tests.SteadyLoad.Answer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/**
 * A program that deploys to, kills, freezes and restarts the nodes of a cluster of three under a
 * steady load, and prints what callers saw; it ends with 1 when a request was lost that no dead
 * node explains. The environment says how much: {@code CLUSTER_RATE} (requests/s, 2,000), {@code
 * CLUSTER_ISOLATION} (of the function that they go to, request), {@code CLUSTER_WARM} (seconds of
 * that load before anything is looked at, 180: a node is at its speed after some 20,000 requests),
 * {@code CLUSTER_DEPLOYS} (50), {@code CLUSTER_KILLS} (of one node after the other, 6), {@code
 * CLUSTER_STOPS} (SIGSTOP for ten seconds, 3), {@code CLUSTER_RESTARTS} (of all nodes in turn, 2).
 */
final class ClusterFaults {
    private static final int NODES = 3;
    private static final int CALLERS = 24;
    private static final int KV_RATE = 60;
    private static final int KV_CALLERS = 6;
    private static final int STEADY_SECONDS = 10;
    private static final int FROZEN_SECONDS = 10;
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration RESTART = Duration.ofMinutes(10);

    private static final String HELLO = "hello.localhost";
    private static final String ISOLATION = setting("ISOLATION").orElse("request");
    private static final String COUNTER = "counter.localhost";

    private final Platform platform;
    private final Edge edge;
    private final SteadyLoad plain;
    private final SteadyLoad kv;
    private final StandStill callers;
    private int unexplained;

    private ClusterFaults(
            Platform platform, Edge edge, SteadyLoad plain, SteadyLoad kv, StandStill callers) {
        this.platform = platform;
        this.edge = edge;
        this.plain = plain;
        this.kv = kv;
        this.callers = callers;
    }

    public static void main(String[] args) throws Exception {
        Path home = Files.createTempDirectory("cluster-faults");
        System.out.printf("A cluster of %d nodes under load (files are in %s)%n", NODES, home);
        int unexplained;
        Platform platform =
                Platform.start(home, home.resolve("platform"), "--nodes", String.valueOf(NODES));
        try {
            deployFirst(platform);
            try (StandStill callers = new StandStill();
                    SteadyLoad plain =
                            new SteadyLoad(
                                    platform,
                                    NODES,
                                    HELLO,
                                    times("RATE", 2_000),
                                    CALLERS,
                                    PATIENCE);
                    SteadyLoad kv =
                            new SteadyLoad(
                                    platform, NODES, COUNTER, KV_RATE, KV_CALLERS, PATIENCE)) {
                ClusterFaults faults =
                        new ClusterFaults(platform, platform.edge(home), plain, kv, callers);
                faults.play();
                unexplained = faults.unexplained;
            }
        } finally {
            platform.stop();
        }
        if (unexplained > 0) {
            System.exit(1);
        }
    }

    private static Optional<String> setting(String name) {
        return Optional.ofNullable(System.getenv("CLUSTER_" + name));
    }

    private static int times(String name, int otherwise) {
        return setting(name).map(Integer::valueOf).orElse(otherwise);
    }

    private static void deployFirst(Platform platform) throws Exception {
        platform.api().deploy("hello", hello(0), ISOLATION);
        platform.api()
                .deploy(
                        "counter",
                        """
                        export default {
                          async fetch(request, { KV }) {
                            await KV.atomic().sum(["n"], 1n).commit();
                            return new Response("counted");
                          },
                        };
                        """,
                        "revision");
        for (int node = 0; node < NODES; node++) {
            int asked = node;
            Until.holds(() -> platform.answer(asked, HELLO).equals("hello 0"));
            Until.holds(() -> platform.answer(asked, COUNTER).equals("counted"));
        }
    }

    private static String hello(int number) {
        return "export default { fetch: () => new Response('hello %d') };".formatted(number);
    }

    private void play() throws Exception {
        TimeUnit.SECONDS.sleep(times("WARM", 180));
        begin();
        TimeUnit.SECONDS.sleep(STEADY_SECONDS);
        report("nothing happens", List.of(), -1);
        deployments(times("DEPLOYS", 50));
        for (int i = 0; i < times("KILLS", 6); i++) {
            kill(i % NODES);
        }
        for (int i = 0; i < times("STOPS", 3); i++) {
            freeze(i % NODES);
        }
        for (int i = 0; i < times("RESTARTS", 2); i++) {
            begin();
            Edge.Result restarted =
                    edge.run(RESTART, "restart", "--data", platform.data().toString());
            if (restarted.exitCode() != 0) {
                throw new IllegalStateException(restarted.toString());
            }
            report("all nodes restarted in turn", List.of(), -1);
        }
    }

    private void begin() {
        plain.take();
        kv.take();
        callers.take();
    }

    private void deployments(int count) throws IOException, InterruptedException {
        if (count == 0) {
            return;
        }
        begin();
        long longest = 0;
        long all = System.nanoTime();
        for (int i = 1; i <= count; i++) {
            long one = System.nanoTime();
            platform.api().deploy("hello", hello(i), ISOLATION);
            longest = Math.max(longest, System.nanoTime() - one);
        }
        report(
                "%d deployments, %.2f s each, %.2f s at most"
                        .formatted(count, (System.nanoTime() - all) / 1e9 / count, longest / 1e9),
                List.of(),
                -1);
    }

    private void kill(int node) throws Exception {
        begin();
        long killed = System.nanoTime();
        platform.node(node).destroyForcibly();
        Until.holds(() -> platform.answer(node, HELLO).startsWith("hello"));
        report("node %d killed".formatted(node + 1), List.of(node), killed);
        TimeUnit.SECONDS.sleep(2);
    }

    private void freeze(int node) throws Exception {
        begin();
        String pid = Long.toString(platform.node(node).pid());
        long stopped = System.nanoTime();
        signal("STOP", pid);
        TimeUnit.SECONDS.sleep(FROZEN_SECONDS);
        signal("CONT", pid);
        report("node %d frozen".formatted(node + 1), List.of(node), stopped);
        Until.holds(() -> platform.answer(node, HELLO).startsWith("hello"));
        TimeUnit.SECONDS.sleep(2);
    }

    private static void signal(String name, String pid) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, pid).start().waitFor();
    }

    /**
     * Prints what callers saw since {@link #begin}.
     *
     * @param guilty nodes that may lose requests
     * @param since when that happened, or -1
     */
    private void report(String what, List<Integer> guilty, long since) {
        List<Answer> hellos = plain.take();
        List<Answer> writes = kv.take();
        unexplained += strange(failed(hellos), guilty).size();
        System.out.printf(
                "%s: %,d requests, p50 %.1f ms, p99 %.1f ms, %s%s; %,d writes to the store, %s; longest pause of the other nodes %.2f s, of writes %.2f s, of the callers themselves %.2f s%n",
                what,
                hellos.size(),
                quantile(hellos, 0.5),
                quantile(hellos, 0.99),
                failures(hellos, guilty, since),
                since < 0 ? "" : afterwards(hellos, guilty, since),
                writes.size(),
                failures(writes, guilty, since),
                pause(hellos, guilty),
                pause(writes, guilty),
                callers.take());
    }

    private static List<Answer> failed(List<Answer> answers) {
        return answers.stream().filter(Predicate.not(Answer::isGood)).toList();
    }

    /** Those of nodes that nothing was done to. */
    private static List<Answer> strange(List<Answer> answers, List<Integer> guilty) {
        return answers.stream().filter(answer -> !guilty.contains(answer.node())).toList();
    }

    private static String failures(List<Answer> answers, List<Integer> guilty, long since) {
        List<Answer> failed = failed(answers);
        if (failed.isEmpty()) {
            return "none failed";
        }
        long last = failed.stream().mapToLong(Answer::begun).max().orElseThrow();
        return "%d failed (%d of them not by it%s; %s)"
                .formatted(
                        failed.size(),
                        strange(failed, guilty).size(),
                        since < 0
                                ? ""
                                : ", the last was sent %.2f s after"
                                        .formatted((last - since) / 1e9),
                        failed.stream()
                                .collect(
                                        Collectors.groupingBy(
                                                ClusterFaults::describe,
                                                TreeMap::new,
                                                Collectors.counting())));
    }

    private static String describe(Answer failed) {
        return "node %d: %s"
                .formatted(
                        failed.node() + 1,
                        switch (failed.status()) {
                            case Answer.LOST -> "lost";
                            case Answer.LATE -> "not within %d s".formatted(PATIENCE.toSeconds());
                            default -> "status " + failed.status();
                        });
    }

    private static String afterwards(List<Answer> answers, List<Integer> guilty, long since) {
        return strange(answers, guilty).stream()
                .filter(Answer::isGood)
                .filter(answer -> answer.begun() - since >= 0)
                .map(answer -> (answer.ended() - since) / 1e9)
                .min(Comparator.naturalOrder())
                .map(", the others answered what was sent since after %.3f s"::formatted)
                .orElse(", the others answered nothing since");
    }

    private static double quantile(List<Answer> answers, double share) {
        double[] millis =
                answers.stream()
                        .filter(Answer::isGood)
                        .mapToDouble(Answer::millis)
                        .sorted()
                        .toArray();
        return millis.length == 0 ? Double.NaN : millis[(int) (share * (millis.length - 1))];
    }

    /** The longest time in seconds in which none of the nodes that nothing was done to answered. */
    private static double pause(List<Answer> answers, List<Integer> guilty) {
        List<Long> ends =
                new ArrayList<>(
                        answers.stream()
                                .filter(Answer::isGood)
                                .filter(answer -> !guilty.contains(answer.node()))
                                .map(Answer::ended)
                                .sorted(Comparator.naturalOrder())
                                .toList());
        long longest = 0;
        for (int i = 1; i < ends.size(); i++) {
            longest = Math.max(longest, ends.get(i) - ends.get(i - 1));
        }
        return longest / 1e9;
    }
}
