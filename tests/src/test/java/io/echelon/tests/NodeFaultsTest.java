package io.echelon.tests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.echelon.tests.CronFleet.Cron;
import io.echelon.tests.CronFleet.Fire;
import io.echelon.tests.NodeFaults.Fault;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Crons and messages on three nodes that are killed and stand still: each fire is claimed once,
 * each handler is called, and again only where its node was lost. {@code make faults-nodes} runs
 * the same with 2,000 crons for ten minutes and 100,000 messages; docs/reliability.md has the
 * figures.
 */
@Timeout(value = 40, unit = TimeUnit.MINUTES)
final class NodeFaultsTest {
    private static final int CRONS = Integer.getInteger("echelon.faults.crons", 60);
    private static final int PERIOD = Integer.getInteger("echelon.faults.period", 20);
    private static final int SECONDS = Integer.getInteger("echelon.faults.seconds", 25);
    private static final int FAULT_SECONDS = Integer.getInteger("echelon.faults.every", 9);
    private static final long SEED = Long.getLong("echelon.faults.seed", System.nanoTime());
    private static final int MESSAGES = Integer.getInteger("echelon.faults.messages", 4_000);
    private static final int NODES = 3;
    private static final int PATIENCE_MINUTES = 20;

    /** The widths of the counts by lateness, and how many there are. */
    private static final long STEP_MILLIS = 25;

    private static final long STEPS = 40;

    /** What is later than the target is told by itself. */
    private static final long TARGET_MILLIS = 250;

    /** How long handlers work, so that some die in it. */
    private static final int WORK_MILLIS = 1_500;

    /** How long around a fault a message may be given to a handler twice: a lease and some time. */
    private static final Duration AROUND = Duration.ofSeconds(20);

    /** A fire may be late because of a fault that begins just after it. */
    private static final Duration MARGIN = Duration.ofSeconds(1);

    @TempDir private static Path home;
    private static Platform platform;

    @BeforeAll
    static void start() throws Exception {
        platform = Platform.start(home, home.resolve("platform"), "--nodes", "" + NODES);
    }

    @AfterAll
    static void stop() throws Exception {
        platform.stop();
    }

    @Test
    void everyFireIsClaimedOnceAndItsHandlerCalledAgainOnlyWhereItsNodeWasLost() throws Exception {
        System.out.printf("%,d crons, seed %d%n", CRONS, SEED);
        CronFleet fleet = new CronFleet(platform, CRONS, PERIOD);
        fleet.deploy(platform.edge(home), home, WORK_MILLIS);
        awaitOnAllNodes(fleet.host());
        Instant begin = Instant.now().plusSeconds(2);
        Instant end = begin.plusSeconds(SECONDS);
        NodeFaults faults = faults();
        faults.harm(
                () -> Instant.now().isAfter(end), Duration.ofSeconds(FAULT_SECONDS), fleet.host());
        List<Fire> expected = fleet.fires(begin, end);
        Map<Fire, List<JsonNode>> rows = new HashMap<>();
        Until.holds(
                () -> {
                    rows.clear();
                    rows.putAll(rows(fleet));
                    return Instant.now().isAfter(end)
                            && expected.stream().allMatch(fire -> isOver(rows.get(fire)));
                });
        Map<Fire, List<Instant>> calls = fleet.calls();
        report(expected, rows, calls, faults.faults());
        assertThat(faults.faults()).isNotEmpty();
        assertThat(violations(expected, rows, calls)).isEmpty();
    }

    @Test
    void everyMessageIsTakenAndAgainOnlyAroundAFault() throws Exception {
        System.out.printf("%,d messages, seed %d%n", MESSAGES, SEED);
        MessageFlow flow = new MessageFlow(platform, MESSAGES);
        flow.deploy();
        awaitOnAllNodes(flow.host());
        Instant begun = Instant.now();
        CompletableFuture<Void> sending =
                CompletableFuture.runAsync(
                        () -> {
                            try {
                                flow.send();
                            } catch (Exception e) {
                                throw new CompletionException(e);
                            }
                        });
        NodeFaults faults = faults();
        faults.harm(sending::isDone, Duration.ofSeconds(FAULT_SECONDS), flow.host());
        sending.get(PATIENCE_MINUTES, TimeUnit.MINUTES);
        Until.holds(flow::isEmpty);
        Map<Integer, List<Instant>> taken = flow.taken();
        List<List<Instant>> again =
                taken.values().stream().filter(times -> times.size() > 1).toList();
        System.out.printf(
                "%,d messages in %s; %,d of them came again%n",
                taken.size(), Duration.between(begun, Instant.now()), again.size());
        assertThat(taken.keySet())
                .containsExactlyElementsOf(IntStream.range(0, MESSAGES).boxed().toList());
        assertThat(again)
                .allMatch(
                        times ->
                                faults.faults().stream()
                                        .anyMatch(fault -> isAround(fault, times.getFirst())));
    }

    private static boolean isAround(Fault fault, Instant time) {
        return time.isAfter(fault.from().minus(AROUND))
                && time.isBefore(fault.until().plus(AROUND));
    }

    private static void awaitOnAllNodes(String host) throws Exception {
        for (int node = 0; node < NODES; node++) {
            int asked = node;
            Until.holds(() -> !platform.answer(asked, host).isEmpty());
        }
    }

    private static NodeFaults faults() {
        return new NodeFaults(
                platform, IntStream.range(0, NODES).boxed().toList(), new Random(SEED));
    }

    private static Map<Fire, List<JsonNode>> rows(CronFleet fleet) throws Exception {
        Map<Fire, List<JsonNode>> rows = new HashMap<>();
        for (Cron cron : fleet.crons()) {
            for (JsonNode run : fleet.runs(cron)) {
                rows.computeIfAbsent(
                                new Fire(cron, time(run, "scheduledTime")), _ -> new ArrayList<>())
                        .add(run);
            }
        }
        return rows;
    }

    private static Instant time(JsonNode run, String name) {
        return Instant.parse(run.path(name).asText());
    }

    private static String outcome(JsonNode run) {
        return run.path("outcome").asText();
    }

    private static boolean isOver(List<JsonNode> runs) {
        return runs != null && runs.stream().anyMatch(run -> outcome(run).equals("ok"));
    }

    private static List<String> violations(
            List<Fire> expected,
            Map<Fire, List<JsonNode>> rows,
            Map<Fire, List<Instant>> allCalls) {
        List<String> violations = new ArrayList<>();
        for (Fire fire : expected) {
            List<JsonNode> runs = rows.getOrDefault(fire, List.of());
            List<Instant> calls = allCalls.getOrDefault(fire, List.of());
            long lost = runs.stream().filter(run -> !outcome(run).equals("ok")).count();
            boolean once =
                    runs.stream().map(run -> run.path("fire").asText()).distinct().count() == 1
                            && runs.stream().filter(run -> outcome(run).equals("ok")).count() == 1
                            && runs.stream()
                                    .allMatch(
                                            run ->
                                                    List.of("ok", "nodeLost")
                                                            .contains(outcome(run)));
            if (!once || calls.isEmpty() || calls.size() > 1 + lost) {
                violations.add("%s: called at %s, rows %s".formatted(fire, calls, runs));
            }
        }
        return violations;
    }

    private static void report(
            List<Fire> expected,
            Map<Fire, List<JsonNode>> rows,
            Map<Fire, List<Instant>> calls,
            List<Fault> faults) {
        List<Long> up = new ArrayList<>();
        List<Long> across = new ArrayList<>();
        Map<String, Map<String, Integer>> tooLate = new TreeMap<>();
        for (Fire fire : expected) {
            List<Instant> begun = calls.getOrDefault(fire, List.of()).stream().sorted().toList();
            List<JsonNode> runs = rows.getOrDefault(fire, List.of());
            if (!begun.isEmpty() && isOver(runs)) {
                boolean isUp =
                        runs.size() == 1
                                && faults.stream()
                                        .allMatch(
                                                fault ->
                                                        fire.scheduled().isAfter(fault.until())
                                                                || begun.getLast()
                                                                        .plus(MARGIN)
                                                                        .isBefore(fault.from()));
                long late = Duration.between(fire.scheduled(), begun.getLast()).toMillis();
                (isUp ? up : across).add(late);
                if (isUp && late > TARGET_MILLIS) {
                    tooLate.computeIfAbsent(
                                    sinceFault(fire.scheduled(), faults), _ -> new TreeMap<>())
                            .merge(runs.getFirst().path("node").asText(), 1, Integer::sum);
                }
            }
        }
        System.out.printf(
                "%,d fires, %,d of them lost with a node and run again%nlate while all nodes are up: %s%nlate while one is not, to the last call: %s%n",
                expected.size(),
                expected.stream()
                        .filter(fire -> rows.getOrDefault(fire, List.of()).size() > 1)
                        .count(),
                percentiles(up),
                percentiles(across));
        System.out.printf(
                "later than %d ms while all are up, by the last fault, seconds since it, and node: %s%n",
                TARGET_MILLIS, tooLate);
    }

    private static String sinceFault(Instant time, List<Fault> faults) {
        return faults.stream()
                .filter(fault -> fault.until().isBefore(time))
                .max(Comparator.comparing(Fault::until))
                .map(
                        fault ->
                                "%s +%02d s"
                                        .formatted(
                                                fault.what(),
                                                Duration.between(fault.until(), time).toSeconds()))
                .orElse("none");
    }

    private static String percentiles(List<Long> millis) {
        if (millis.isEmpty()) {
            return "none";
        }
        List<Long> sorted = millis.stream().sorted().toList();
        Map<Long, Long> steps =
                sorted.stream()
                        .collect(
                                Collectors.groupingBy(
                                        late -> Math.min(late / STEP_MILLIS, STEPS),
                                        TreeMap::new,
                                        Collectors.counting()));
        return "%,d fires, p50 %,d ms, p99 %,d ms, most %,d ms; by steps of %d ms %s"
                .formatted(
                        sorted.size(),
                        sorted.get(sorted.size() / 2),
                        sorted.get(sorted.size() * 99 / 100),
                        sorted.getLast(),
                        STEP_MILLIS,
                        steps);
    }
}
