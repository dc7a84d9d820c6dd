package io.echelon.cron;

import static io.echelon.cron.World.START;
import static io.echelon.cron.World.cron;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.echelon.cron.CronRunner.End;
import io.echelon.cron.CronRunner.Verdict;
import io.echelon.cron.World.Called;
import io.echelon.cron.World.Gate;
import io.echelon.cron.World.Node;
import io.echelon.tenants.CronOverlap;
import io.echelon.tenants.CronSpec;
import io.echelon.tenants.Limits;
import io.echelon.tenants.MissedFires;
import io.echelon.tenants.RevisionId;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CronSchedulerTest {
    private static final CronId TICK = new CronId(World.TENANT, World.APP, "tick");

    @TempDir Path folder;
    private World world;

    @BeforeEach
    void open() {
        world = new World(folder);
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void runsEachFireOnceWhenNodesWhoseClocksDifferByTwentySecondsRace() {
        Node fast = world.node("fast", Duration.ofSeconds(10));
        Node twin = world.node("twin", Duration.ofSeconds(10));
        Node slow = world.node("slow", Duration.ofSeconds(-10));
        Cron[] crons =
                IntStream.range(0, 25)
                        .mapToObj(
                                i -> cron("cron" + i, i < 20 ? "* * * * * *" : i + "/7 * * * * *"))
                        .toArray(Cron[]::new);
        fast.plan(crons);
        twin.plan(crons);
        slow.plan(crons);
        Random random = new Random(11);
        while (world.now().isBefore(START.plusSeconds(150))) {
            long second = Duration.between(START, world.now()).toSeconds();
            if (second == 40) { // both stand still until the slow one has done their work
                fast.stop();
                twin.stop();
            } else if (second == 75) {
                fast.proceed();
                twin.proceed();
            }
            world.step(Duration.ofMillis(random.nextInt(20, 900)));
        }
        world.step(Duration.ofSeconds(1));

        Instant certain = world.now().minusSeconds(11); // by the slowest clock
        int fires = 0;
        for (Cron cron : crons) {
            List<Instant> expected =
                    cron.schedule().next(START, cron.zone(), 1_000).stream()
                            .filter(time -> !time.isAfter(certain))
                            .toList();
            List<Instant> actual =
                    world.callsOf(cron.id().name()).stream()
                            .map(Called::scheduledTime)
                            .filter(time -> !time.isAfter(certain))
                            .sorted()
                            .toList();
            assertThat(actual).isEqualTo(expected);
            assertThat(world.outcomes(cron.id().name())).containsOnly("ok");
            fires += actual.size();
        }
        assertThat(fires).isGreaterThan(2_700);
        assertThat(world.calls).extracting(Called::node).contains("fast", "twin", "slow");
    }

    @Test
    void nodesThatKnowEachOtherShareTheCronsAndDoWithoutOneThatIsAway() {
        List<String> all = List.of("a", "b", "c");
        Cron[] crons = everyTenSeconds();
        List<Node> nodes = all.stream().map(id -> world.node(id, Duration.ZERO, all)).toList();
        nodes.forEach(node -> node.plan(crons));
        world.pass(Duration.ofSeconds(11), Duration.ofMillis(50));
        Map<String, String> takers = new HashMap<>();
        world.calls.forEach(call -> takers.put(call.cron(), call.node()));
        assertThat(world.calls).hasSize(crons.length);
        assertThat(takers.values()).contains("a", "b", "c");
        assertThat(world.calls)
                .allSatisfy(
                        call -> {
                            CronId id = new CronId(World.TENANT, World.APP, call.cron());
                            assertThat(World.firstChoice(call.node(), all).after(id, world.now()))
                                    .isZero();
                            assertThat(call.at()).isEqualTo(call.scheduledTime());
                        });

        nodes.getFirst().stop();
        world.calls.clear();
        world.pass(Duration.ofSeconds(10), Duration.ofMillis(50));
        assertThat(world.calls).hasSize(crons.length);
        assertThat(world.calls)
                .allSatisfy(
                        call -> {
                            boolean isFirst = call.node().equals(takers.get(call.cron()));
                            assertThat(Duration.between(call.scheduledTime(), call.at()))
                                    .isEqualTo(isFirst ? Duration.ZERO : FirstChoice.MOMENT);
                        });
        assertThat(world.calls).extracting(Called::node).containsOnly("b", "c");
    }

    @Test
    void aNewNodeIsGivenItsShareAndNoFireIsLateForIt() {
        Cron[] crons = everyTenSeconds();
        List<Node> nodes = Stream.of("a", "b", "c").map(world::node).toList();
        nodes.forEach(node -> node.plan(crons));
        Instant old = START.minusSeconds(1_000);
        List<FiringNode> known =
                List.of(
                        new FiringNode("a", old),
                        new FiringNode("b", old),
                        new FiringNode("c", START));
        passAmong(nodes, known, 11);
        assertThat(takenBy("c")).isLessThan(4);
        passAmong(nodes, known, 111);
        world.calls.clear();
        passAmong(nodes, known, 10);
        assertThat(takenBy("c")).isGreaterThan(5);

        nodes.getFirst().stop();
        world.calls.clear();
        passAmong(nodes.subList(1, 3), known.subList(1, 3), 10);
        assertThat(takenBy("c") + takenBy("b")).isEqualTo(crons.length);
    }

    @Test
    void nodesAgreeOnWhoTakesAFireWheneverTheyWereTold() {
        Cron[] crons = everyTenSeconds();
        List<Node> nodes = Stream.of("a", "b", "c").map(world::node).toList();
        nodes.forEach(node -> node.plan(crons));
        List<FiringNode> known =
                List.of(
                        new FiringNode("a", START.minusSeconds(1_000)),
                        new FiringNode("b", START.minusSeconds(1_000)),
                        new FiringNode("c", START));
        for (Node node : nodes) {
            node.scheduler().among(known);
        }
        passAmong(nodes.subList(0, 2), known, 61); // the third is not told again
        assertThat(takenBy("c")).isGreaterThan(8);
        assertThat(world.calls).hasSize(6 * crons.length);
    }

    private static Cron[] everyTenSeconds() {
        return IntStream.range(0, 24)
                .mapToObj(i -> cron("cron" + i, "*/10 * * * * *"))
                .toArray(Cron[]::new);
    }

    /** How many fires a node took, of which none was late. */
    private int takenBy(String node) {
        assertThat(world.calls)
                .isNotEmpty()
                .allSatisfy(call -> assertThat(call.at()).isEqualTo(call.scheduledTime()));
        return Math.toIntExact(
                world.calls.stream().filter(call -> call.node().equals(node)).count());
    }

    /** Lets time pass, in which nodes are told every second who there is. */
    private void passAmong(List<Node> nodes, List<FiringNode> known, int seconds) {
        for (int i = 0; i < seconds; i++) {
            nodes.forEach(node -> node.scheduler().among(known));
            world.pass(Duration.ofSeconds(1), Duration.ofMillis(50));
        }
    }

    @Test
    void takesOverTheRunOfANodeThatDiedAndOfNoOther() {
        Node first = world.node("first");
        Node second = world.node("second", Duration.ofSeconds(10));
        world.takes = Duration.ofSeconds(60);
        first.plan(cron("tick", "0 13 * * *"));
        world.step(Duration.ofHours(1));
        second.plan(cron("tick", "0 13 * * *"));
        world.pass(Duration.ofSeconds(40));
        assertThat(world.calls).hasSize(1);

        first.stop();
        world.pass(Duration.ofSeconds(9));
        assertThat(world.calls).hasSize(1);
        world.takes = Duration.ZERO;
        world.pass(Duration.ofSeconds(4));

        assertThat(world.calls)
                .extracting(Called::node, Called::attempt, Called::scheduledTime)
                .containsExactly(
                        tuple("first", 1, START.plusSeconds(3_600)),
                        tuple("second", 2, START.plusSeconds(3_600)));
        assertThat(world.outcomes("tick")).containsExactly("nodeLost", "ok");

        first.proceed(); // it was only asleep
        world.pass(Duration.ofSeconds(4));
        assertThat(world.canceled).hasValue(1);
        assertThat(world.outcomes("tick")).containsExactly("nodeLost", "ok");
    }

    @Test
    void leavesAloneWhatEndsWhileItLooksThroughLeases() {
        Node node = world.node("node");
        world.takes = Duration.ofHours(2);
        node.plan(cron("tick", "@hourly"));
        world.step(Duration.ofHours(1));
        int[] commits = {0};
        node.listed.set(
                () -> {
                    node.endAll();
                    commits[0] = node.commits.get();
                });

        world.step(Duration.ofSeconds(2));

        assertThat(world.outcomes("tick")).containsExactly("ok");
        assertThat(commits[0]).isPositive();
        assertThat(node.commits).hasValue(commits[0]);
    }

    @Test
    void renewsAndTakesOverManyFiresAtTheSameTime() {
        Cron[] many =
                IntStream.range(0, 40)
                        .mapToObj(i -> cron("tick-" + i, "@hourly"))
                        .toArray(Cron[]::new);
        Node first = world.node("first");
        world.takes = Duration.ofHours(2);
        first.plan(many);
        world.step(Duration.ofHours(1));
        first.gate = new Gate(many.length);
        world.step(Duration.ofSeconds(2));
        assertThat(first.gate.isOpen()).isTrue();

        world.kill(first);
        Node second = world.node("second");
        second.plan(many);
        second.gate = new Gate(many.length);
        world.pass(Duration.ofSeconds(14));
        assertThat(second.gate.isOpen()).isTrue();
        assertThat(world.calls).filteredOn(call -> call.node().equals("second")).hasSize(40);
    }

    @Test
    void claimsAFireBeforeItIsDueAndBeginsItThen() {
        Node node = world.node("node");
        node.plan(cron("tick", "* * * * *"));
        world.settle();
        beforeDue(60, 251);
        assertThat(world.runs("tick")).isEmpty();

        beforeDue(60, 100);
        assertThat(world.calls).isEmpty();
        assertThat(node.scheduler().running()).isEqualTo(1);
        assertThat(world.runs("tick"))
                .extracting(CronRun::outcome, CronRun::startedAt)
                .containsExactly(tuple("running", START.plusSeconds(60)));

        beforeDue(60, 0);
        assertThat(world.calls)
                .extracting(Called::at, Called::scheduledTime)
                .containsExactly(tuple(START.plusSeconds(60), START.plusSeconds(60)));
        assertThat(node.lateness).containsExactly(Duration.ZERO);
        assertThat(world.outcomes("tick")).containsExactly("ok");
    }

    @Test
    void claimsNothingAheadWhileAnEarlierFireRuns() {
        Node node = world.node("node");
        world.takes = Duration.ofMillis(9_900);
        node.plan(cron("*/10 * * * * *", CronOverlap.SKIP, MissedFires.ONE));
        world.pass(Duration.ofSeconds(41), Duration.ofMillis(50));
        assertThat(world.calls)
                .hasSize(4)
                .allSatisfy(call -> assertThat(call.at()).isEqualTo(call.scheduledTime()));
        assertThat(world.outcomes("tick")).containsExactly("ok", "ok", "ok", "running");
    }

    @Test
    void aFireThatWasClaimedAheadIsTakenOverWhenItsNodeDiesBeforeItIsDue() {
        Node first = world.node("first");
        first.plan(cron("tick", "@hourly"));
        world.settle();
        beforeDue(3_600, 100);
        first.stop();
        world.node("second").plan(cron("tick", "@hourly"));
        world.pass(Duration.ofSeconds(13));
        assertThat(world.calls)
                .extracting(Called::node, Called::attempt)
                .containsExactly(tuple("second", 2));
        assertThat(world.outcomes("tick")).containsExactly("nodeLost", "ok");

        first.proceed(); // it was only asleep
        world.pass(Duration.ofSeconds(4));
        assertThat(world.calls).hasSize(1);
        assertThat(first.scheduler().running()).isZero();
    }

    @Test
    void aFireThatWasClaimedAheadRunsByTheRevisionOfTheTimeAtWhichItIsDue() {
        Node node = world.node("node");
        node.plan(cron("tick", "* * * * *"));
        world.settle();
        beforeDue(60, 100);
        node.plan(
                Cron.of(
                        DeclaredCron.configured(new CronSpec("tick", "* * * * *")),
                        new RevisionId(World.TENANT, World.APP, 2),
                        world.now()));
        beforeDue(60, 0);
        assertThat(world.runs("tick"))
                .extracting(CronRun::outcome, CronRun::revision)
                .containsExactly(tuple("ok", 2));

        beforeDue(120, 100);
        node.plan();
        beforeDue(120, 0);
        world.pass(Duration.ofSeconds(5));
        assertThat(world.calls).hasSize(1);
        assertThat(world.outcomes("tick")).containsExactly("ok", "canceled");
        assertThat(world.administration().standing(TICK).underWay()).isZero();
    }

    /** Lets time pass until so long before a second. */
    private void beforeDue(int second, int millis) {
        Instant then = START.plusSeconds(second).minusMillis(millis);
        world.step(Duration.between(world.now(), then));
    }

    @Test
    void goesOnAtOnceWithWhatAnEarlierProcessOfTheSameNodeLeft() {
        Node before = world.node("node");
        world.takes = Duration.ofMinutes(5);
        before.plan(cron("tick", "@hourly"));
        world.step(Duration.ofHours(1));
        world.kill(before);

        world.takes = Duration.ZERO;
        world.node("node").plan(cron("tick", "@hourly"));
        world.step(Duration.ofSeconds(3));
        assertThat(world.outcomes("tick")).containsExactly("nodeLost", "ok");
    }

    @Test
    void handsOverAtOnceWhatRunsWhenItCloses() {
        Node first = world.node("first");
        world.takes = Duration.ofMinutes(5);
        first.plan(cron("tick", "@hourly"));
        world.step(Duration.ofHours(1));
        Node second = world.node("second");
        second.plan(cron("tick", "@hourly"));
        first.scheduler().drain();
        assertThat(first.scheduler().running()).isEqualTo(1);
        first.scheduler().close();

        world.step(Duration.ofSeconds(2));
        assertThat(world.calls).extracting(Called::node).containsExactly("first", "second");
        assertThat(world.canceled).hasValue(1);
    }

    @Test
    void aNodeThatStandsByLeavesFiresToOthersUntilItServesAgain() {
        Node first = world.node("first");
        first.plan(cron("tick", "@hourly"));
        first.scheduler().drain();
        Node second = world.node("second");
        second.plan(cron("tick", "@hourly"));
        world.pass(Duration.ofHours(1));
        assertThat(world.calls).extracting(Called::node).containsExactly("second");

        second.scheduler().drain();
        first.scheduler().resume();
        world.pass(Duration.ofHours(1));
        assertThat(world.calls).extracting(Called::node).containsExactly("second", "first");
    }

    @Test
    void skipsAFireWhileAnEarlierOneRunsUnlessItIsToldOtherwise() {
        Node node = world.node("node");
        world.takes = Duration.ofSeconds(25);
        node.plan(cron("*/10 * * * * *", CronOverlap.SKIP, MissedFires.ONE));
        world.pass(Duration.ofSeconds(50));
        assertThat(world.runs("tick"))
                .extracting(run -> run.scheduledTime().getEpochSecond() % 60, CronRun::outcome)
                .containsExactly(
                        tuple(10L, "ok"),
                        tuple(20L, "skipped"),
                        tuple(30L, "skipped"),
                        tuple(40L, "running"),
                        tuple(50L, "skipped"));
    }

    @Test
    void letsFiresWaitForOneAnotherInOrder() {
        Node node = world.node("node");
        world.takes = Duration.ofSeconds(25);
        node.plan(cron("*/10 * * * * *", CronOverlap.QUEUE, MissedFires.SKIP));
        world.pass(Duration.ofSeconds(170));
        List<Called> calls = world.callsOf("tick");
        assertThat(calls)
                .extracting(Called::scheduledTime)
                .containsExactlyElementsOf(
                        IntStream.rangeClosed(1, calls.size())
                                .mapToObj(i -> START.plusSeconds(10L * i))
                                .toList());
        assertThat(calls).hasSizeBetween(6, 7);
        assertThat(world.outcomes("tick")).containsOnly("ok", "running");
    }

    @Test
    void letsFiresOverlapWhenThatIsAllowed() {
        Node node = world.node("node");
        world.takes = Duration.ofSeconds(25);
        node.plan(cron("*/10 * * * * *", CronOverlap.ALLOW, MissedFires.ONE));
        world.pass(Duration.ofSeconds(50));
        assertThat(world.calls).hasSize(5);
        assertThat(world.outcomes("tick"))
                .containsExactly("ok", "ok", "running", "running", "running");
    }

    @Test
    void makesUpForMissedFiresAsItsPolicySays() {
        assertThat(afterTwoHoursAway(MissedFires.SKIP)).containsExactly();
        assertThat(afterTwoHoursAway(MissedFires.ONE))
                .containsExactly(START.plus(Duration.ofHours(2)));
        List<Instant> all = afterTwoHoursAway(MissedFires.ALL);
        assertThat(all).hasSize(FireRules.BACKLOG_MAX).isSorted();
        assertThat(all.getLast()).isEqualTo(START.plus(Duration.ofHours(2)));
        assertThat(world.outcomes("ALL").subList(0, 3)).containsExactly("missed", "ok", "ok");
    }

    /** What an every-minute cron runs when nobody was there for two hours and 40 seconds. */
    private List<Instant> afterTwoHoursAway(MissedFires missed) {
        Cron cron =
                cron(
                        new CronSpec(
                                missed.name(), "* * * * *", null, null, missed, null, null, null),
                        world.now());
        Instant before = world.now();
        Instant away = before.plus(Duration.ofHours(2)).plusSeconds(40);
        Node node = world.node("late-" + missed, Duration.between(before, away));
        node.plan(cron);
        for (int i = 0; i < 5; i++) {
            world.settle();
        }
        world.kill(node);
        return world.callsOf(missed.name()).stream().map(Called::scheduledTime).toList();
    }

    @Test
    void runsAFireThatIsLateByLessThanTheGraceAsIfItWereOnTime() {
        Node node = world.node("node");
        node.plan(cron("*/10 * * * * *", CronOverlap.SKIP, MissedFires.SKIP));
        node.stop();
        world.step(Duration.ofSeconds(35));
        node.proceed();
        world.settle();
        assertThat(world.callsOf("tick"))
                .extracting(Called::scheduledTime)
                .containsExactly(
                        START.plusSeconds(10), START.plusSeconds(20), START.plusSeconds(30));
    }

    @Test
    void triesAgainAfterTheWaitsOfItsBackoffAndThenNoMore() {
        Node node = world.node("node");
        world.ending = called -> World.thrown();
        node.plan(
                cron(
                        new CronSpec(
                                "tick",
                                "@hourly",
                                null,
                                null,
                                null,
                                null,
                                List.of(1_000, 5_000, 60_000),
                                null),
                        START));
        world.step(Duration.ofHours(1));
        world.pass(Duration.ofMinutes(5));
        Instant due = START.plus(Duration.ofHours(1));
        assertThat(world.calls)
                .extracting(Called::attempt, Called::at)
                .containsExactly(
                        tuple(1, due),
                        tuple(2, due.plusSeconds(1)),
                        tuple(3, due.plusSeconds(6)),
                        tuple(4, due.plusSeconds(66)));
        assertThat(world.runs("tick")).extracting(CronRun::attempt).containsExactly(1, 2, 3, 4);
        assertThat(world.outcomes("tick")).containsOnly("exception");
        assertThat(world.administration().standing(TICK).underWay()).isZero();
    }

    @Test
    void takesOverAFireThatWaitsForItsNextAttempt() {
        Node first = world.node("first");
        world.ending = called -> called.attempt() == 1 ? World.thrown() : World.ok();
        Cron cron =
                cron(
                        new CronSpec(
                                "tick", "@hourly", null, null, null, null, List.of(60_000), null),
                        START);
        first.plan(cron);
        world.step(Duration.ofHours(1));
        first.stop();
        world.node("second").plan(cron);
        world.pass(Duration.ofSeconds(58));
        assertThat(world.calls).hasSize(1);
        world.pass(Duration.ofSeconds(4));
        assertThat(world.calls).extracting(Called::node).containsExactly("first", "second");
        assertThat(world.outcomes("tick")).containsExactly("exception", "ok");
    }

    @Test
    void doesNotTryAgainWhatAskedForNone() {
        Node node = world.node("node");
        world.ending = called -> new End("exception", Verdict.FAILED_FOR_GOOD, null);
        node.plan(cron("tick", "@hourly"));
        world.step(Duration.ofHours(1));
        world.pass(Duration.ofMinutes(2));
        assertThat(world.outcomes("tick")).containsExactly("exception");
    }

    @Test
    void stopsAFireAtItsDeadline() {
        Node node = world.node("node");
        world.takes = Duration.ofMinutes(10);
        node.plan(
                cron(new CronSpec("tick", "@hourly", null, null, null, null, null, 20_000), START));
        world.step(Duration.ofHours(1));
        world.pass(Duration.ofMinutes(1));
        assertThat(world.canceled).hasValue(1);
        assertThat(world.runs("tick"))
                .singleElement()
                .satisfies(
                        run -> {
                            assertThat(run.outcome()).isEqualTo("exceededWallTime");
                            assertThat(run.detail()).contains("deadline of 20,000 ms");
                        });
    }

    @Test
    void delaysByTheSameJitterOnEveryNode() {
        CronSpec spec = new CronSpec("tick", "* * * * *", null, null, null, 20_000, null, null);
        Cron here = cron(spec, START);
        Cron there = cron(spec, START);
        List<Duration> delays = new ArrayList<>();
        for (Instant time : here.schedule().next(START, here.zone(), 100)) {
            assertThat(here.due(time)).isEqualTo(there.due(time)).isAfterOrEqualTo(time);
            delays.add(Duration.between(time, here.due(time)));
        }
        assertThat(delays).allMatch(delay -> delay.compareTo(Duration.ofSeconds(20)) <= 0);
        assertThat(delays.stream().distinct().count()).isGreaterThan(90);

        Node node = world.node("node");
        node.plan(here);
        world.pass(Duration.ofMinutes(10), Duration.ofMillis(250));
        assertThat(world.calls).hasSizeBetween(9, 10);
        assertThat(world.calls)
                .allSatisfy(
                        call ->
                                assertThat(call.at())
                                        .isBetween(
                                                here.due(call.scheduledTime()),
                                                here.due(call.scheduledTime()).plusMillis(250)));
    }

    @Test
    void firesNothingOfTheTimeBeforeItsRevisionWasInForce() {
        Node node = world.node("node");
        world.step(Duration.ofMinutes(30));
        node.plan(cron(new CronSpec("tick", "* * * * *"), START.plus(Duration.ofMinutes(29))));
        world.settle();
        assertThat(world.calls)
                .extracting(Called::scheduledTime)
                .containsExactly(START.plus(Duration.ofMinutes(30)));
    }

    @Test
    void losesNoFireOfAScheduleThatGoesOnInTheNextRevision() {
        Node node = world.node("node", Duration.ofSeconds(-10));
        node.plan(cron("tick", "* * * * *"));
        world.pass(Duration.ofSeconds(125)); // the second is not due yet by its clock
        node.plan(cron(new CronSpec("tick", "* * * * *"), START.plusSeconds(122)));
        world.pass(Duration.ofSeconds(80));
        assertThat(world.calls)
                .extracting(Called::scheduledTime)
                .containsExactly(
                        START.plusSeconds(60), START.plusSeconds(120), START.plusSeconds(180));
    }

    @Test
    void stopsFiringWhatTheNextRevisionDoesNotHave() {
        Node node = world.node("node");
        node.plan(cron("tick", "* * * * * *"), cron("tock", "* * * * * *"));
        world.step(Duration.ofSeconds(1));
        node.plan(cron("tock", "* * * * * *"));
        world.step(Duration.ofSeconds(1));
        assertThat(world.callsOf("tick")).hasSize(1);
        assertThat(world.callsOf("tock")).hasSize(2);
    }

    @Test
    void pausesAndGoesOnWithoutMakingUpForIt() {
        Node node = world.node("node");
        node.plan(cron("tick", "*/10 * * * * *"));
        world.step(Duration.ofSeconds(10));
        world.administration().pause(TICK, _ -> {});
        world.pass(Duration.ofSeconds(95));
        assertThat(world.administration().standing(TICK).activity())
                .isEqualTo(CronState.Activity.PAUSED);
        world.administration().resume(TICK, world.now(), _ -> {});
        world.pass(Duration.ofSeconds(60));
        assertThat(world.calls)
                .extracting(Called::scheduledTime)
                .startsWith(START.plusSeconds(10))
                .allMatch(
                        time ->
                                time.equals(START.plusSeconds(10))
                                        || time.isAfter(START.plusSeconds(105)));
    }

    @Test
    void runsWhatSomebodyAsksForOnce() {
        Node first = world.node("first");
        Node second = world.node("second");
        Cron cron = cron("tick", "0 0 1 1 *");
        first.plan(cron);
        second.plan(cron);
        Instant asked = Instant.parse("2026-03-29T01:30:00Z");
        CronTrigger trigger = world.administration().trigger(TICK, asked);
        world.pass(Duration.ofSeconds(5));
        assertThat(world.runs("tick"))
                .singleElement()
                .satisfies(
                        run -> {
                            assertThat(run.fire()).isEqualTo(trigger.fire());
                            assertThat(run.scheduledTime()).isEqualTo(asked);
                            assertThat(run.outcome()).isEqualTo("ok");
                        });
    }

    @Test
    void keepsTheLastThousandRuns() {
        Node node = world.node("node");
        node.plan(cron("tick", "* * * * * *"));
        world.pass(Duration.ofSeconds(Limits.CRON_RUNS_KEPT + 20), Duration.ofSeconds(20));
        List<CronRun> runs = world.runs("tick");
        assertThat(runs).hasSize(Limits.CRON_RUNS_KEPT);
        assertThat(runs.getLast().scheduledTime())
                .isEqualTo(START.plusSeconds(Limits.CRON_RUNS_KEPT + 20));
        world.administration().forget(World.TENANT, World.APP);
        assertThat(world.runs("tick")).isEmpty();
    }

    @Test
    void beginsAllOfManyThatAreDueAtOnceByTheMachinesOwnTime() {
        World.Node node = world.node("a");
        Cron[] crons = new Cron[60];
        for (int i = 0; i < crons.length; i++) {
            crons[i] =
                    World.cron(
                            new CronSpec("many-" + i, "* * * * * *"),
                            Instant.now().minusSeconds(1));
        }
        try (CronScheduler scheduler =
                new CronScheduler("a", List.of(), world.database(), node, new Uncounted())) {
            scheduler.plan(World.TENANT, World.APP, List.of(crons));
            scheduler.start();
            long end = System.nanoTime() + Duration.ofSeconds(60).toNanos();
            while (world.calls.stream().map(World.Called::cron).distinct().count() < crons.length) {
                assertThat(System.nanoTime() - end).isNegative();
                LockSupport.parkNanos(5_000_000);
            }
        }
    }

    private static final class Uncounted implements CronObserver {
        @Override
        public void started(Cron cron, Duration lateness) {}

        @Override
        public void ended(Cron cron, String outcome) {}
    }
}
