package io.echelon.kvstore.ratis;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * A program that breaks replicas in all ways again and again while clients work, checks the history
 * and prints figures; it ends with 1 when something is wrong. The environment says how often:
 * {@code FAULTS_LEADER} and {@code FAULTS_FOLLOWER} (kill -9 of one, 50), {@code FAULTS_ALL} (of
 * all three, 20), {@code FAULTS_STOP} (SIGSTOP of the leader for 3 seconds, 20), {@code
 * FAULTS_WIPE} (a follower loses its files and is replaced, 10), {@code FAULTS_MOVES} (the same,
 * while the database is moved between two shards, 10), {@code FAULTS_PARTITION} (of the leader and
 * of a follower from the others, both ways and each, 20), {@code FAULTS_DISK} (full, of a follower
 * and of the leader, 5).
 */
final class Faults {
    private static final int WORK_COMMITS = 200;
    private static final int STOP_SECONDS = 3;
    private static final int CUT_SECONDS = 2;
    private static final double RESUME_SECONDS = 3;

    private static final List<String> PROCESS_FAULTS =
            List.of("LEADER", "FOLLOWER", "ALL", "STOP", "WIPE");

    private final FaultRun run;
    private final Random random = new Random(7);

    /**
     * A fault, and its undoing; clients work before, between and after. It tells how long it took
     * until the next write was acknowledged, unless something else is said.
     */
    private interface Fault {
        double seconds() throws IOException, InterruptedException;
    }

    /** Faults on replicas that live somewhere. */
    private interface Scene {
        void play(Faults faults) throws IOException, InterruptedException;
    }

    private Faults(FaultRun run) {
        this.run = run;
    }

    public static void main(String[] args) throws Exception {
        int violations = 0;
        if (PROCESS_FAULTS.stream().anyMatch(fault -> times(fault, 1) > 0)) {
            violations +=
                    play(
                            "processes killed, stopped and wiped",
                            _ -> Site.loopback(),
                            faults -> {
                                faults.repeat(
                                        "leader killed", times("LEADER", 50), faults::leaderKilled);
                                faults.repeat(
                                        "follower killed",
                                        times("FOLLOWER", 50),
                                        faults::followerKilled);
                                faults.repeat(
                                        "all three killed", times("ALL", 20), faults::allKilled);
                                faults.repeat(
                                        "leader stopped", times("STOP", 20), faults::leaderStopped);
                                faults.repeat(
                                        "follower wiped, until replaced",
                                        times("WIPE", 10),
                                        faults::followerWiped);
                            });
        }
        int moving = times("MOVES", 10);
        if (moving > 0) {
            violations +=
                    play(
                            "two shards, the database moved all the time",
                            _ -> Site.loopback(2),
                            faults -> faults.moving(moving));
        }
        int cuts = times("PARTITION", 20);
        if (cuts > 0) {
            violations +=
                    play(
                            "network namespaces, mutual TLS",
                            Namespaces::new,
                            faults -> faults.partitions(cuts));
        }
        int disks = times("DISK", 5);
        if (disks > 0) {
            violations +=
                    play(
                            "small disks",
                            Site.Disks::new,
                            faults -> {
                                faults.repeat(
                                        "follower's disk full", disks, faults::followersDiskFull);
                                faults.repeat("leader's disk full", disks, faults::leadersDiskFull);
                            });
        }
        System.exit(violations == 0 ? 0 : 1);
    }

    private interface SiteMaker {
        Site in(Path folder) throws IOException;
    }

    private static int play(String name, SiteMaker maker, Scene scene) throws Exception {
        Path folder = Files.createTempDirectory("faults");
        System.out.printf(
                "%s: seconds until the next write is acknowledged (files are in %s)%n",
                name, folder);
        try (Site site = maker.in(folder)) {
            FaultRun run = new FaultRun(folder, site);
            try {
                run.start();
                scene.play(new Faults(run));
                List<String> violations = run.finish();
                System.out.printf(
                        "  %,d calls, %,d writes acknowledged, %,d refused for a full disk, %d violations%n",
                        run.history().size(), run.acknowledged(), run.full(), violations.size());
                violations.stream().limit(20).forEach(System.out::println);
                return violations.size();
            } finally {
                run.end();
            }
        } catch (IOException e) {
            if (!String.valueOf(e.getMessage()).contains("not permitted")
                    && !String.valueOf(e.getMessage()).contains("denied")) {
                throw e;
            }
            System.out.printf("  NOT RUN, it needs root: %s%n", e.getMessage());
            return 0;
        }
    }

    private static int times(String name, int otherwise) {
        String value = System.getenv("FAULTS_" + name);
        return value == null ? otherwise : Integer.parseInt(value);
    }

    private void repeat(String name, int times, Fault fault)
            throws IOException, InterruptedException {
        List<Double> seconds = new ArrayList<>();
        for (int i = 0; i < times; i++) {
            run.work(WORK_COMMITS);
            run.awaitAll();
            seconds.add(fault.seconds());
        }
        Collections.sort(seconds);
        if (times > 0) {
            System.out.printf(
                    "  %-31s %3d times, %.2f s (middle), %.2f s (most), %d later than %.0f s%n",
                    name,
                    times,
                    seconds.get(times / 2),
                    seconds.getLast(),
                    seconds.stream().filter(each -> each > RESUME_SECONDS).count(),
                    RESUME_SECONDS);
        }
    }

    private void moving(int times) throws IOException, InterruptedException {
        run.moveAllTheTime();
        repeat("leader of the first shard killed", times, this::leaderKilled);
        repeat("another killed", times, this::followerKilled);
        repeat("all three killed", times / 2, this::allKilled);
        repeat("leader of the first shard stopped", times / 2, this::leaderStopped);
        repeat("another wiped, until replaced", times / 5, this::followerWiped);
        System.out.printf("  %,d moves wanted%n", run.moves());
    }

    private double leaderKilled() throws IOException, InterruptedException {
        return killed(run.leader());
    }

    private double followerKilled() throws IOException, InterruptedException {
        return killed(follower());
    }

    private int follower() {
        return (run.leader() + 1 + random.nextInt(2)) % 3;
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
        run.restartAll();
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

    /** The time is until it is replaced. */
    private double followerWiped() throws IOException, InterruptedException {
        long began = System.nanoTime();
        run.wipe(follower());
        return (System.nanoTime() - began) / 1e9;
    }

    private void partitions(int times) throws IOException, InterruptedException {
        Namespaces site = (Namespaces) run.site();
        for (Namespaces.Cut cut : Namespaces.Cut.values()) {
            repeat("leader cut: " + cut, times, () -> cut(site, run.leader(), cut));
        }
        for (Namespaces.Cut cut : Namespaces.Cut.values()) {
            repeat("follower cut: " + cut, times, () -> cut(site, follower(), cut));
        }
    }

    private double cut(Namespaces site, int index, Namespaces.Cut cut)
            throws IOException, InterruptedException {
        site.cut(run.name(index), cut);
        double seconds = run.secondsUntilTheNextCommit();
        TimeUnit.SECONDS.sleep(CUT_SECONDS);
        site.mend(run.name(index), cut);
        return seconds;
    }

    private double followersDiskFull() throws IOException, InterruptedException {
        int index = follower();
        Path filler = fill(index);
        double seconds = run.secondsUntilTheNextCommit();
        run.work(WORK_COMMITS);
        Files.delete(filler);
        // It may have stopped, as one that cannot write has to.
        run.kill(index);
        run.restart(index);
        return seconds;
    }

    /** The time is until commits go on once there is space again. */
    private double leadersDiskFull() throws IOException, InterruptedException {
        int index = run.leader();
        long refused = run.full();
        Path filler = fill(index);
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (run.full() == refused && run.leader() == index && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(10);
        }
        Files.delete(filler);
        double seconds = run.secondsUntilTheNextCommit();
        run.work(WORK_COMMITS);
        run.kill(index);
        run.restart(index);
        return seconds;
    }

    /** Takes all the space that there is on a replica's disk. */
    private Path fill(int index) throws IOException {
        Path filler = run.folder(index).resolve("filler");
        byte[] block = new byte[64 * 1024];
        try (OutputStream out = Files.newOutputStream(filler)) {
            while (true) {
                out.write(block);
            }
        } catch (IOException e) {
            return filler;
        }
    }
}
