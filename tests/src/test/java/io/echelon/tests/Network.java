package io.echelon.tests;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;

/**
 * Machines, each a network namespace with two cables: one to the network of the platform, which can
 * be cut, and one to that of callers, in which the test itself stands. Making them needs root; they
 * are named after this process, and removed at the end.
 */
final class Network implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;
    private static final int OF_TEST = 254;
    private static final long AWAY_MILLIS = 300;
    private static final long THERE_MILLIS = 900;

    private final String name = "edge-" + ProcessHandle.current().pid();
    private final int number = 1 + (int) (ProcessHandle.current().pid() % 250);
    private final List<String> made = new ArrayList<>();
    private final Map<String, Integer> machines = new HashMap<>();
    private boolean plugged;

    /**
     * A machine.
     *
     * @param address in the network of the platform
     * @param outside in the network of callers
     * @param prefix what a command begins with that runs there
     */
    record Machine(String name, String address, String outside, List<String> prefix) {}

    private Network() {}

    /** A network, or why there cannot be one here. */
    static Network make() throws IOException {
        Network network = new Network();
        try {
            network.makeHub();
            return network;
        } catch (IOException e) {
            network.close();
            throw e;
        }
    }

    /** Why there can be no network here; empty when there can. */
    static Optional<String> impossible() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return Optional.of("network namespaces need root");
        }
        try (Network network = make()) {
            network.machine("probe");
            return Optional.empty();
        } catch (IOException e) {
            return Optional.of("network namespaces are not permitted: " + e.getMessage());
        }
    }

    private void makeHub() throws IOException {
        add(hub());
        for (String bridge : List.of("inside", "outside")) {
            run("ip", "-n", hub(), "link", "add", bridge, "type", "bridge");
            run("ip", "-n", hub(), "link", "set", bridge, "up");
        }
        run("ip", "link", "add", name, "type", "veth", "peer", "name", "test", "netns", hub());
        plugged = true;
        run("ip", "-n", hub(), "link", "set", "test", "master", "outside", "up");
        run("ip", "link", "set", name, "up");
        run("ip", "addr", "add", outside(OF_TEST) + "/24", "dev", name);
    }

    /** Makes a machine, or says which it is that is there. */
    Machine machine(String machine) throws IOException {
        Integer known = machines.get(machine);
        if (known == null) {
            int next = machines.size() + 1;
            machines.put(machine, next);
            String space = space(machine);
            add(space);
            plug(space, "eth0", "inside", inside(next), next);
            plug(space, "eth1", "outside", outside(next), next);
            run("ip", "-n", space, "link", "set", "lo", "up");
            known = next;
        }
        return new Machine(
                machine,
                inside(known),
                outside(known),
                List.of("ip", "netns", "exec", space(machine)));
    }

    private void plug(String space, String device, String bridge, String address, int machine)
            throws IOException {
        String port = bridge + machine;
        run(
                "ip", "-n", hub(), "link", "add", port, "type", "veth", "peer", "name", device,
                "netns", space);
        run("ip", "-n", hub(), "link", "set", port, "master", bridge, "up");
        run("ip", "-n", space, "link", "set", device, "up");
        run("ip", "-n", space, "addr", "add", address + "/24", "dev", device);
    }

    /** Pulls the cable of a machine to the network of the platform. */
    void cut(Machine machine) throws IOException {
        run("ip", "-n", hub(), "link", "set", port(machine), "down");
    }

    void mend(Machine machine) throws IOException {
        run("ip", "-n", hub(), "link", "set", port(machine), "up");
    }

    /**
     * Has the cable of a machine make bad contact until the result is closed: nothing passes for
     * {@value #AWAY_MILLIS} ms, again and again. What was sent meanwhile is lost, and is late when
     * it is sent anew.
     */
    AutoCloseable shake(Machine machine) {
        AtomicReference<IOException> failure = new AtomicReference<>();
        Thread hand =
                Thread.ofPlatform()
                        .name("shaking-" + machine.name())
                        .start(
                                () -> {
                                    try {
                                        while (!Thread.currentThread().isInterrupted()) {
                                            cut(machine);
                                            LockSupport.parkNanos(nanos(AWAY_MILLIS));
                                            mend(machine);
                                            LockSupport.parkNanos(nanos(THERE_MILLIS));
                                        }
                                    } catch (IOException e) {
                                        failure.set(e);
                                    }
                                });
        return () -> {
            hand.interrupt();
            hand.join();
            mend(machine);
            if (failure.get() != null
                    && !(failure.get().getCause() instanceof InterruptedException)) {
                throw failure.get();
            }
        };
    }

    private static long nanos(long millis) {
        return TimeUnit.MILLISECONDS.toNanos(millis);
    }

    private String port(Machine machine) {
        return "inside" + machines.get(machine.name());
    }

    private String hub() {
        return name + "-hub";
    }

    private String space(String machine) {
        return name + "-" + machine;
    }

    private String inside(int host) {
        return "10.231.%d.%d".formatted(number, host);
    }

    private String outside(int host) {
        return "10.232.%d.%d".formatted(number, host);
    }

    private void add(String space) throws IOException {
        run("ip", "netns", "add", space);
        made.add(space);
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        process.getOutputStream().close();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException(String.join(" ", command) + ": " + said.strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    /**
     * Removes all of it. The cable to the test is pulled first: left to its namespace it would go
     * some time later, and be in the way of a network that is made at once.
     */
    @Override
    public void close() throws IOException {
        if (plugged) {
            run("ip", "link", "del", name);
            plugged = false;
        }
        for (String space : made) {
            run("ip", "netns", "del", space);
        }
        made.clear();
    }
}
