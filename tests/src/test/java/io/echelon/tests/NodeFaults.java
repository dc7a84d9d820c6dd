package io.echelon.tests;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;

/** Kills nodes of a platform, or has them stand still, one after the other. */
final class NodeFaults {
    private static final long LOOK_AGAIN_MILLIS = 100;

    /** What was done to a node, and from when until when it did not answer. */
    record Fault(String what, int node, Instant from, Instant until) {
        @Override
        public String toString() {
            return "%s of node %d at %s, which answered again after %,d ms"
                    .formatted(what, node + 1, from, Duration.between(from, until).toMillis());
        }
    }

    private final Platform platform;
    private final List<Integer> nodes;
    private final Random random;
    private final List<Fault> faults = new ArrayList<>();

    /**
     * @param nodes which may be harmed, from 0
     */
    NodeFaults(Platform platform, List<Integer> nodes, Random random) {
        this.platform = platform;
        this.nodes = nodes;
        this.random = random;
    }

    List<Fault> faults() {
        return List.copyOf(faults);
    }

    /**
     * Harms a node again and again: a kill, a kill, a short stand-still, and one that is longer
     * than a lease.
     *
     * @param over when to stop
     * @param host of an app whose answer shows that a node is back
     */
    void harm(BooleanSupplier over, Duration every, String host) throws Exception {
        Instant next = Instant.now().plus(every.dividedBy(4));
        for (int i = 0; !over.getAsBoolean(); i++) {
            until(next);
            int node = nodes.get(random.nextInt(nodes.size()));
            switch (i % 4) {
                case 2 -> stop(node, Duration.ofSeconds(3), host);
                case 3 -> stop(node, Duration.ofSeconds(14), host);
                default -> kill(node, host);
            }
            System.out.println(faults.getLast());
            Instant now = Instant.now();
            next = next.plus(every);
            next = next.isBefore(now) ? now : next;
        }
    }

    private void kill(int node, String host) throws Exception {
        ProcessHandle process = process(node);
        Instant from = Instant.now();
        process.destroyForcibly();
        process.onExit().get(30, TimeUnit.SECONDS);
        Until.holds(() -> !platform.answer(node, host).isEmpty());
        faults.add(new Fault("kill -9", node, from, Instant.now()));
    }

    /** A node's process, once the one that was started last is known. */
    private ProcessHandle process(int node) throws Exception {
        AtomicReference<ProcessHandle> found = new AtomicReference<>();
        Until.holds(
                () -> {
                    try {
                        found.set(platform.node(node));
                        return true;
                    } catch (NoSuchElementException itEnded) {
                        return false;
                    }
                });
        return found.get();
    }

    private void stop(int node, Duration how, String host) throws Exception {
        long process = process(node).pid();
        Instant from = Instant.now();
        signal("STOP", process);
        until(from.plus(how));
        signal("CONT", process);
        Until.holds(() -> !platform.answer(node, host).isEmpty());
        faults.add(
                new Fault(
                        "SIGSTOP for %d s".formatted(how.toSeconds()), node, from, Instant.now()));
    }

    private static void signal(String name, long process) throws IOException, InterruptedException {
        int exit =
                new ProcessBuilder("kill", "-" + name, String.valueOf(process))
                        .inheritIO()
                        .start()
                        .waitFor();
        if (exit != 0) {
            throw new IllegalStateException("kill -%s %d: %d".formatted(name, process, exit));
        }
    }

    private static void until(Instant time) throws InterruptedException {
        while (Instant.now().isBefore(time)) {
            TimeUnit.MILLISECONDS.sleep(LOOK_AGAIN_MILLIS);
        }
    }
}
