package io.echelon.kvstore.ratis;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * A program that kills and stops replicas again and again while clients work, checks the history
 * and prints figures; it ends with 1 when something is wrong. The environment says how often:
 * {@code FAULTS_LEADER} and {@code FAULTS_FOLLOWER} (kill -9 of one, 50), {@code FAULTS_ALL} (of
 * all three, 20), {@code FAULTS_STOP} (SIGSTOP of the leader for 3 seconds, 20).
 */
final class Faults {
    private static final int WORK_COMMITS = 200;
    private static final long STOP_SECONDS = 3;

    private final FaultRun run;
    private final Random random = new Random(7);

    /** A fault, and its undoing; clients work before, between and after. */
    private interface Fault {
        double seconds() throws IOException, InterruptedException;
    }

    private Faults(FaultRun run) {
        this.run = run;
    }

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("faults");
        FaultRun run = new FaultRun(folder);
        List<String> violations;
        try {
            run.start();
            Faults faults = new Faults(run);
            faults.repeat("leader killed", times("FAULTS_LEADER", 50), faults::leaderKilled);
            faults.repeat("follower killed", times("FAULTS_FOLLOWER", 50), faults::followerKilled);
            faults.repeat("all three killed", times("FAULTS_ALL", 20), faults::allKilled);
            faults.repeat("leader stopped", times("FAULTS_STOP", 20), faults::leaderStopped);
            violations = run.finish();
        } finally {
            run.end();
        }
        System.out.printf(
                "%,d calls, %,d writes acknowledged, %d violations; files are in %s%n",
                run.history().size(), run.acknowledged(), violations.size(), folder);
        violations.stream().limit(20).forEach(System.out::println);
        System.exit(violations.isEmpty() ? 0 : 1);
    }

    private static int times(String name, int otherwise) {
        String value = System.getenv(name);
        return value == null ? otherwise : Integer.parseInt(value);
    }

    private void repeat(String name, int times, Fault fault)
            throws IOException, InterruptedException {
        List<Double> seconds = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            run.work(WORK_COMMITS);
            seconds.add(fault.seconds());
        }
        Collections.sort(seconds);
        if (times > 0) {
            System.out.printf(
                    "%-17s %3d times, next write acknowledged after %.2f s (middle), %.2f s (most)%n",
                    name, times, seconds.get(times / 2), seconds.getLast());
        }
    }

    private double leaderKilled() throws IOException, InterruptedException {
        return killed(run.leader());
    }

    private double followerKilled() throws IOException, InterruptedException {
        return killed((run.leader() + 1 + random.nextInt(2)) % 3);
    }

    private double killed(int index) throws IOException, InterruptedException {
        run.kill(index);
        double seconds = run.secondsUntilTheNextCommit();
        run.work(WORK_COMMITS);
        run.restart(index);
        return seconds;
    }

    private double allKilled() throws IOException, InterruptedException {
        long killed = System.nanoTime();
        for (int i = 0; i < 3; i++) {
            run.kill(i);
        }
        for (int i = 0; i < 3; i++) {
            run.restart(i);
        }
        run.secondsUntilTheNextCommit();
        return (System.nanoTime() - killed) / 1e9;
    }

    private double leaderStopped() throws IOException, InterruptedException {
        int leader = run.leader();
        run.signal(leader, "STOP");
        double seconds = run.secondsUntilTheNextCommit();
        TimeUnit.SECONDS.sleep(STOP_SECONDS);
        run.signal(leader, "CONT");
        return seconds;
    }
}
